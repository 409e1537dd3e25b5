# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion for distcc, distcc-chain, distcc-config, distcc-cpp, distccd, distccmon-text and lsdistcc.
# Goes to share/fish/vendor_completions.d/distcc.fish, with links PROGRAM.fish to it.

function __distcc_compilers --description 'names of compilers on PATH'
    for dir in $PATH
        for file in $dir/*
            string match --regex '^(?:[a-z0-9_]+-(?:[a-zA-Z0-9_.]+-)*)?(?:cc|c\+\+|c89|c99|gcc|g\+\+|clang|clang\+\+)(?:-[0-9.]+)?$' (__distcc_base $file)
        end
    end | sort -u
end

function __distcc_targets --description 'what cross compilers on PATH are for'
    __distcc_compilers | string replace --filter --regex -- '-(gcc|clang)$' '' | sort -u
end

function __distcc_hosts --description 'a word of a list of hosts'
    set --local word (commandline --current-token)
    if string match --quiet '*,*' -- $word
        set --local done (string replace --regex ',[^,]*$' '' -- $word)
        printf '%s\t%s\n' $done,lzo compressed $done,plain 'as stock distcc does it' $done,down 'not used'
    else
        __fish_print_hostnames
        printf '%s\n' localhost +zeroconf --randomize --localslots= --localslots_cpp=
    end
end

function __distcc_base
    string replace --regex '.*/' '' -- $argv[1]
end

# Our own options count only as the first word; behind the compiler everything is the compiler's.
function __distcc_first --description 'no word stands behind the program yet'
    test (count (commandline --tokenize --cut-at-cursor)) -eq 1
end

function __distcc_compiler_next --description 'the next word is a compiler'
    set --local words (commandline --tokenize --cut-at-cursor)
    switch (count $words)
        case 1
            true
        case 2
            contains -- $words[2] --why --scan-includes --verify --explain --identity
        case '*'
            false
    end
end

for program in distcc distcc-chain distcc-cpp
    complete --command $program --condition __distcc_compiler_next --no-files --arguments '(__distcc_compilers)'
    complete --command $program --condition __distcc_first --long-option help --description 'Print how to use it'
    complete --command $program --condition __distcc_first --long-option version --description 'Print the version'
end
complete --command distcc --condition __distcc_first --long-option why --description 'Tell where a command would run'
complete --command distcc --condition __distcc_first --long-option scan-includes --description 'Print what a compile may read'
complete --command distcc --condition __distcc_first --long-option verify --description 'Compile here and elsewhere, and compare'
complete --command distcc --condition __distcc_first --long-option show-hosts --description 'Print the hosts'
complete --command distcc --condition __distcc_first --short-option j --description 'Print how many jobs they take'
complete --command distcc-chain --condition __distcc_first --long-option explain --description 'Tell what a command would run'
complete --command distcc-chain --condition __distcc_first --long-option identity --description 'Print a line that changes with the compiler'

complete --command distccd --no-files
complete --command distccd --long-option daemon --description 'Listen on a TCP port'
complete --command distccd --long-option inetd --description 'Serve the one client on stdin and stdout'
complete --command distccd --long-option no-detach --description 'Stay in the foreground'
complete --command distccd --long-option no-fork --description 'One job after the other'
complete --command distccd --short-option j --long-option jobs --exclusive --description 'Jobs at once'
complete --command distccd --short-option N --long-option nice --exclusive --description 'Lower the priority of jobs'
complete --command distccd --long-option oom-score-adj --exclusive --description 'Make the kernel prefer us when memory ends'
complete --command distccd --long-option job-lifetime --exclusive --description 'End compilers that run longer'
complete --command distccd --long-option lifetime --exclusive --description 'End the daemon after this time'
complete --command distccd --long-option user --exclusive --arguments '(__fish_complete_users)' --description 'Become this user'
complete --command distccd --short-option P --long-option pid-file --require-parameter --force-files --description 'Write the process id there'
complete --command distccd --short-option p --long-option port --exclusive --description 'TCP port'
complete --command distccd --long-option zeroconf --description 'Announce it on the network'
complete --command distccd --long-option no-zeroconf --description 'Do not announce it'
complete --command distccd --long-option listen --exclusive --arguments '(__fish_print_hostnames)' --description 'Listen only there'
complete --command distccd --short-option a --long-option allow --exclusive --arguments '(__fish_print_hostnames)' --description 'Clients to serve'
complete --command distccd --long-option allow-private --description 'Serve private networks'
complete --command distccd --long-option enable-tcp-insecure --description 'Let clients run any program'
complete --command distccd --long-option make-me-a-botnet --description 'Let clients run any program'
complete --command distccd --long-option config-dir --exclusive --arguments '(__fish_complete_directories)' --description 'Where clients.allow and commands.allow are'
complete --command distccd --long-option cache-dir --exclusive --arguments '(__fish_complete_directories)' --description 'Keep files of clients there'
complete --command distccd --long-option cache-size --exclusive --description 'At most that much'
complete --command distccd --long-option no-action-cache --description 'Compile even what was compiled before'
complete --command distccd --long-option cgroup --exclusive --arguments '(__fish_complete_directories)' --description 'Limit jobs by control groups there'
complete --command distccd --long-option job-memory --exclusive --description 'Memory of one job'
complete --command distccd --long-option no-confine --description 'Do not confine compilers of preprocessed jobs'
complete --command distccd --long-option writable --exclusive --arguments '(__fish_complete_directories)' --description 'Compilers of preprocessed jobs may write there'
complete --command distccd --long-option no-replica --description 'Take preprocessed jobs only'
complete --command distccd --long-option log-file --require-parameter --force-files --description 'Append messages to this file'
complete --command distccd --long-option log-stderr --description 'Messages to standard error'
complete --command distccd --long-option stats --description 'Answer HTTP requests with statistics'
complete --command distccd --long-option stats-port --exclusive --description 'On that port'
complete --command distccd --long-option log-level --exclusive --arguments 'critical error warning notice info debug' --description 'How much to say'
complete --command distccd --long-option verbose --description 'Say everything'
complete --command distccd --short-option W --long-option wizard --description 'Foreground, say everything'
complete --command distccd --long-option help --description 'Print how to use it'
complete --command distccd --long-option version --description 'Print the version'

set --local variables DISTCC_HOSTS DISTCC_DIR DISTCC_LOG DISTCC_JOURNAL DISTCC_SOCKS_PROXY DISTCC_VERBOSE DISTCC_FALLBACK DISTCC_SKIP_LOCAL_RETRY \
    DISTCC_BACKOFF_PERIOD DISTCC_IO_TIMEOUT DISTCC_SSH DISTCC_NO_REWRITE_CROSS DISTCC_SAVE_TEMPS DISTCC_TCP_CORK DISTCC_CHAIN
complete --command distcc-config --no-files
for action in install-links update-masquerade update-masquerade-with-crossdev remove-links list-links show-chain check \
        summary make-conf no-distcc allow-distcc \
        get-hosts set-hosts get-verbose set-verbose get-log set-log get-env set-env help version
    complete --command distcc-config --condition __distcc_first --long-option $action
end
complete --command distcc-config --condition '__fish_seen_argument --long install-links --long remove-links' --arguments '(__distcc_targets)'
complete --command distcc-config --condition '__fish_seen_argument --long show-chain' --arguments '(__distcc_compilers)'
complete --command distcc-config --condition '__fish_seen_argument --long make-conf' --long-option apply --description 'Write them'
complete --command distcc-config --condition '__fish_seen_argument --long make-conf' --long-option revert --description 'Take them out'
complete --command distcc-config --condition '__fish_seen_argument --long summary' --force-files
complete --command distcc-config --condition '__fish_seen_argument --long set-hosts' --arguments '(__distcc_hosts)'
complete --command distcc-config --condition '__fish_seen_argument --long set-verbose' --arguments '0 1'
complete --command distcc-config --condition '__fish_seen_argument --long set-log' --force-files
complete --command distcc-config --condition '__fish_seen_argument --long get-env --long set-env' --arguments "$variables"
complete --command distcc-config --short-option n --long-option dry-run --description 'Change nothing'
complete --command distcc-config --long-option dir --exclusive --arguments '(__fish_complete_directories)' --description 'Directory of links'
complete --command distcc-config --long-option root --exclusive --arguments '(__fish_complete_directories)' --description 'Work on the system below'
complete --command distcc-config --long-option chain --description 'Links to distcc-chain'
complete --command distcc-config --long-option force --description 'Replace what is not ours'
complete --command distcc-config --long-option probe --description 'Try to reach the volunteers'
complete --command distcc-config --long-option json --description 'Print JSON'

complete --command distccmon-text --no-files
complete --command distccmon-text --condition __distcc_first --long-option help --description 'Print how to use it'
complete --command distccmon-text --condition __distcc_first --long-option version --description 'Print the version'

complete --command lsdistcc --no-files --arguments '(__fish_print_hostnames)'
complete --command lsdistcc --short-option t --exclusive --description 'Look no longer than that, in seconds'
complete --command lsdistcc --short-option c --exclusive --description 'Milliseconds for a connection'
complete --command lsdistcc --short-option p --exclusive --arguments '(__distcc_compilers)' --description 'Take only servers where that compiles a line'
complete --command lsdistcc --short-option k --exclusive --description 'Milliseconds for that'
complete --command lsdistcc --short-option r --exclusive --description 'Port of hosts without one'
complete --command lsdistcc --short-option P --exclusive --arguments '1 2 3' --description 'What is appended: nothing, ,lzo or ,lzo,cpp'
complete --command lsdistcc --short-option x --description 'Print hosts without a server too'
complete --command lsdistcc --short-option l --description 'Append milliseconds'
complete --command lsdistcc --short-option n --description 'Print addresses'
complete --command lsdistcc --short-option d --description 'Append the domain of this machine to names'
complete --command lsdistcc --short-option m --exclusive --description 'Take only addresses with as many bits like the first'
complete --command lsdistcc --short-option o --exclusive --description 'Names to ask for ahead'
complete --command lsdistcc --short-option g --exclusive --description 'Names that may be missing'
complete --command lsdistcc --short-option h --exclusive --description 'Milliseconds until a name is asked for again'
complete --command lsdistcc --short-option v --description 'Tell what is done'
complete --command lsdistcc --condition __distcc_first --long-option help --description 'Print how to use it'
complete --command lsdistcc --condition __distcc_first --long-option version --description 'Print the version'
