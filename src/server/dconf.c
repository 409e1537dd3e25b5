/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/dconf.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/util.h"
#include "config.h"

enum kind { FLAG, NO_FLAG, NUMBER, SIZE, TEXT, LIST, DIRS, LEVEL, IGNORED, VERBOSE, WIZARD, OOM, HELP, VERSION };

struct option {
	const char *name;
	char letter;		/* 0: none */
	enum kind kind;
	size_t at;		/* of the member of struct dconf */
	long min, max;		/* for NUMBER */
};

#define AT(member) offsetof(struct dconf, member)
#define DAY_SECONDS 86400
#define MIN_CACHE (1u << 20)
#define DEFAULT_CACHE (5ull << 30)

static const struct option options[] = {
	{"allow", 'a', LIST, AT(allow), 0, 0},
	{"allow-private", 0, FLAG, AT(allow_private), 0, 0},
	{"cache-dir", 0, TEXT, AT(cache_dir), 0, 0},
	{"cache-size", 0, SIZE, AT(cache_size), 0, 0},
	{"cgroup", 0, TEXT, AT(cgroup), 0, 0},
	{"config-dir", 0, TEXT, AT(config_dir), 0, 0},
	{"daemon", 0, FLAG, AT(daemon), 0, 0},
	{"enable-tcp-insecure", 0, FLAG, AT(insecure), 0, 0},
	{"help", 0, HELP, 0, 0, 0},
	{"inetd", 0, FLAG, AT(inetd), 0, 0},
	{"job-lifetime", 0, NUMBER, AT(job_lifetime), 0, 365 * DAY_SECONDS},
	{"job-memory", 0, SIZE, AT(job_memory), 0, 0},
	{"jobs", 'j', NUMBER, AT(jobs), 1, DCONF_MAX_JOBS},
	{"lifetime", 0, NUMBER, AT(lifetime), 0, 365 * DAY_SECONDS},
	{"listen", 0, LIST, AT(listen), 0, 0},
	{"log-file", 0, TEXT, AT(log_file), 0, 0},
	{"log-level", 0, LEVEL, AT(log_level), 0, 0},
	{"log-stderr", 0, FLAG, AT(log_stderr), 0, 0},
	{"make-me-a-botnet", 0, FLAG, AT(insecure), 0, 0},
	{"nice", 'N', NUMBER, AT(nice), -20, 20},
	{"no-action-cache", 0, FLAG, AT(no_action_cache), 0, 0},
	{"no-confine", 0, FLAG, AT(no_confine), 0, 0},
	{"no-detach", 0, FLAG, AT(no_detach), 0, 0},
	{"no-fifo", 0, IGNORED, 0, 0, 0},
	{"no-fork", 0, FLAG, AT(no_fork), 0, 0},
	{"no-replica", 0, FLAG, AT(no_replica), 0, 0},
	{"no-zeroconf", 0, NO_FLAG, AT(zeroconf), 0, 0},
	{"oom-score-adj", 0, OOM, AT(oom_score_adj), -1000, 1000},
	{"pid-file", 'P', TEXT, AT(pid_file), 0, 0},
	{"port", 'p', NUMBER, AT(port), 1, 65535},
	{"stats", 0, FLAG, AT(stats), 0, 0},
	{"stats-port", 0, NUMBER, AT(stats_port), 1, 65535},
	{"user", 0, TEXT, AT(user), 0, 0},
	{"verbose", 0, VERBOSE, 0, 0, 0},
	{"version", 0, VERSION, 0, 0, 0},
	{"wizard", 'W', WIZARD, 0, 0, 0},
	{"writable", 0, DIRS, AT(writable), 0, 0},
	{"zeroconf", 0, FLAG, AT(zeroconf), 0, 0},
};

const char dconf_help[] =
	"Usage: distccd [OPTION]...\n"
	"\n"
	"Compiles for distcc clients.  Run it on machines of a network you trust.\n"
	"\n"
	"How to run:\n"
	"  --daemon                 listen on a TCP port\n"
	"  --inetd                  serve the one client on stdin and stdout\n"
	"                           (neither: --inetd if stdin is a socket)\n"
	"  --no-detach              stay in the foreground\n"
	"  --no-fork                one job after the other, all in one process\n"
	"  -j, --jobs N             jobs at once [processors + 2]\n"
	"  -N, --nice N             lower the priority of jobs by N [5]\n"
	"  --oom-score-adj N        make the kernel prefer (above 0) us when memory ends\n"
	"  --job-lifetime SECONDS   end compilers that run longer [0: never]\n"
	"  --job-memory SIZE        memory of one job, with a K, M, G or T\n"
	"                           [three quarters of the machine's]\n"
	"  --cgroup DIR             limit jobs by control groups below DIR\n"
	"                           [our own, if it was delegated]\n"
	"  --lifetime SECONDS       end the daemon after this time [0: never]\n"
	"  --user NAME              if started by root, become NAME\n"
	"                           [distcc, distccd or nobody]\n"
	"  -P, --pid-file FILE      write the process id to FILE\n"
	"\n"
	"Who may connect, what may run:\n"
	"  -p, --port PORT          TCP port [3632]\n"
	"  --listen ADDRESS         listen only there; may be repeated [all]\n"
	"  --zeroconf               announce the daemon, so that clients with the host\n"
	"                           +zeroconf find it [--no-zeroconf]\n"
	"  -a, --allow IP[/BITS]    clients to serve, also by name; may be repeated\n"
	"                           [private networks]\n"
	"  --allow-private          private networks, besides those of --allow\n"
	"  --enable-tcp-insecure    let clients run any program as compiler\n"
	"  --make-me-a-botnet       the same\n"
	"  --config-dir DIR         where clients.allow and commands.allow are\n"
	"                           [" SYSCONFDIR "/distcc]\n"
	"  --writable DIR           compilers of preprocessed jobs may write there, too;\n"
	"                           may be repeated [their own directory alone]\n"
	"  --no-confine             they may write wherever our user may, and use\n"
	"                           the network\n"
	"\n"
	"Files of clients, for jobs that are not preprocessed (protocol 4):\n"
	"  --cache-dir DIR          keep them there [" CACHEDIR "/distccd\n"
	"                           if started by root, else ~/.cache/distccd]\n"
	"  --cache-size SIZE        at most that much: a number and K, M, G or T [5G]\n"
	"  --no-action-cache        compile even what was compiled before\n"
	"  --no-replica             do not serve such jobs\n"
	"\n"
	"Messages:\n"
	"  --log-file FILE          append to FILE [syslog]\n"
	"  --log-stderr             to standard error\n"
	"  --log-level LEVEL        critical, error, warning, notice, info, debug\n"
	"                           [notice]\n"
	"  --verbose                --log-level debug\n"
	"  -W, --wizard             --verbose --log-stderr --no-detach --no-fork\n"
	"  --stats                  answer HTTP requests with statistics\n"
	"  --stats-port PORT        on that port [3633]\n"
	"  --help, --version        print this, or the version\n"
	"\n"
	"Options take their value as the next word or behind \"=\".  --no-fifo has no effect.\n";

static bool
takes_value(enum kind kind)
{
	return kind == NUMBER || kind == SIZE || kind == TEXT || kind == LIST || kind == DIRS || kind == LEVEL || kind == OOM;
}

static const struct option *
find_long(const char *name, size_t len)
{
	for (size_t i = 0; i < countof(options); i++) {
		if (strlen(options[i].name) == len && memcmp(options[i].name, name, len) == 0)
			return &options[i];
	}
	return NULL;
}

static const struct option *
find_letter(char c)
{
	for (size_t i = 0; i < countof(options); i++) {
		if (options[i].letter != 0 && options[i].letter == c)
			return &options[i];
	}
	return NULL;
}

static bool
parse_signed(const char *s, long min, long max, long *out)
{
	long n;

	if (s[0] != '-')
		return num_parse(s, min < 0 ? 0 : min, max, out);
	if (min >= 0 || !num_parse(s + 1, 0, -min, &n))
		return false;
	*out = -n;
	return true;
}

/* "5G" to bytes; 0 if it is no size, or less than a mebibyte. */
static uint64_t
parse_size(const char *s)
{
	static const char units[] = "KMGT";
	size_t len = strlen(s);
	const char *unit = len > 0 ? strchr(units, s[len - 1]) : NULL;
	uint64_t bytes;
	long n;

	if (unit == NULL || !num_parse_n(s, len - 1, 1, 1000000, &n))
		return 0;
	bytes = (uint64_t)n << 10 * (unit - units + 1);
	return bytes >= MIN_CACHE ? bytes : 0;
}

/* Carry one option out.  NULL, or why not. */
static char *
apply(struct dconf *conf, const struct option *o, const char *value)
{
	void *member = (char *)conf + o->at;

	switch (o->kind) {
	case FLAG:
		*(bool *)member = true;
		break;
	case NO_FLAG:
		*(bool *)member = false;
		break;
	case OOM:
		conf->has_oom_score_adj = true;
		/* fall through */
	case NUMBER:
		if (!parse_signed(value, o->min, o->max, member))
			return xasprintf("--%s takes a number from %ld to %ld, not \"%s\"", o->name, o->min, o->max, value);
		break;
	case SIZE:
		*(uint64_t *)member = parse_size(value);
		if (*(uint64_t *)member == 0)
			return xasprintf("--%s takes a size such as 500M or 20G, at least 1M, not \"%s\"", o->name, value);
		break;
	case TEXT:
		if (*value == '\0')
			return xasprintf("--%s needs a value", o->name);
		*(const char **)member = value;
		break;
	case LIST:
		if (*value == '\0')
			return xasprintf("--%s needs a value", o->name);
		strv_push(member, value);
		break;
	case DIRS:
		if (*value != '/')
			return xasprintf("--%s takes an absolute directory, not \"%s\"", o->name, value);
		strv_push(member, value);
		break;
	case LEVEL:
		if (!log_level_parse(value, member))
			return xasprintf("--log-level: unknown level \"%s\"", value);
		break;
	case WIZARD:
		conf->no_detach = conf->no_fork = conf->log_stderr = true;
		/* fall through */
	case VERBOSE:
		conf->log_level = LOG_LVL_DEBUG;
		break;
	case IGNORED:
	case HELP:
	case VERSION:
		break;
	}
	return NULL;
}

/* The option in word, and its joined value (NULL: none). */
static const struct option *
find_option(const char *word, const char **value)
{
	const struct option *o;
	size_t len;

	*value = NULL;
	if (starts_with(word, "--")) {
		word += 2;
		len = strcspn(word, "=");
		if (word[len] == '=')
			*value = word + len + 1;
		return find_long(word, len);
	}
	o = find_letter(word[1]);
	if (o != NULL && word[2] != '\0')
		*value = word[2] == '=' ? word + 3 : word + 2;
	return o;
}

static char *
check_together(const struct dconf *conf)
{
	if (conf->daemon && conf->inetd)
		return xstrdup("--daemon and --inetd exclude each other");
	if (conf->stats && conf->inetd)
		return xstrdup("--stats is for a daemon that listens, not for --inetd");
	if (conf->stats && conf->stats_port == conf->port)
		return xasprintf("--stats-port and --port are both %ld", conf->port);
	return NULL;
}

enum dconf_result
dconf_parse(struct dconf *conf, int argc, char *const *argv, char **message)
{
	*conf = (struct dconf){
		.port = DCONF_PORT,
		.stats_port = DCONF_STATS_PORT,
		.nice = 5,
		.log_level = LOG_LVL_NOTICE,
		.config_dir = SYSCONFDIR "/distcc",
		.cache_size = DEFAULT_CACHE,
	};
	*message = NULL;
	for (int i = 1; i < argc; i++) {
		const struct option *o;
		const char *value;

		if (argv[i][0] != '-' || argv[i][1] == '\0') {
			*message = xasprintf("no operand is expected: \"%s\"", argv[i]);
			return DCONF_BAD;
		}
		o = find_option(argv[i], &value);
		if (o == NULL) {
			*message = xasprintf("unknown option: %s", argv[i]);
			return DCONF_BAD;
		}
		if (o->kind == HELP)
			return DCONF_HELP;
		if (o->kind == VERSION)
			return DCONF_VERSION;
		if (value != NULL && !takes_value(o->kind)) {
			*message = xasprintf("--%s takes no value: %s", o->name, argv[i]);
			return DCONF_BAD;
		}
		if (value == NULL && takes_value(o->kind)) {
			if (i + 1 == argc) {
				*message = xasprintf("--%s needs a value", o->name);
				return DCONF_BAD;
			}
			value = argv[++i];
		}
		*message = apply(conf, o, value);
		if (*message != NULL)
			return DCONF_BAD;
	}
	*message = check_together(conf);
	return *message != NULL ? DCONF_BAD : DCONF_RUN;
}

void
dconf_free(struct dconf *conf)
{
	strv_free(&conf->listen);
	strv_free(&conf->allow);
	strv_free(&conf->writable);
}
