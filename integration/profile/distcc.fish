# SPDX-License-Identifier: GPL-2.0-or-later
# For fish: compilers through ccache and distcc in this shell and all it starts.
#
#	source @datadir@/distcc/profile/distcc.fish
#
# in ~/.config/fish/config.fish, or a link to it in /etc/fish/conf.d.  It puts the links to distcc-chain first on PATH,
# once, however often it is read.  "distcc-config --install-links --chain" makes them.
#
#	distcc_off	takes the directory out of PATH again, and nothing else
#	distcc_on	puts it back

function distcc_off --description 'compile without ccache and distcc'
    set --local rest
    for word in $PATH
        test "$word" = '@pkglibdir@/chain'; or set --append rest $word
    end
    set --global --export PATH $rest
end

function distcc_on --description 'compile through ccache and distcc'
    distcc_off
    set --global --export PATH '@pkglibdir@/chain' $PATH
end

distcc_on
