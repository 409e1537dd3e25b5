/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/dconf.h"

#include <stdlib.h>

#include "config.h"
#include "tests/unit/check.h"

#define MAX_WORDS 8

/* words are separated by '|', so that one may be empty */
static enum dconf_result
parse(const char *words, struct dconf *conf, char **message)
{
	static char text[512], name[] = "distccd";
	char *argv[MAX_WORDS + 2] = {name};
	int argc = 1;

	snprintf(text, sizeof(text), "%s", words);
	for (char *p = text; *words != '\0' && p != NULL && argc <= MAX_WORDS; argc++) {
		argv[argc] = p;
		p = strchr(p, '|');
		if (p != NULL)
			*p++ = '\0';
	}
	return dconf_parse(conf, argc, argv, message);
}

/* Which member an option sets, and to what. */
#define IS(name, expr) static bool name(const struct dconf *c) { return (expr); }
IS(is_daemon, c->daemon && !c->inetd)
IS(is_inetd, c->inetd && !c->daemon)
IS(is_no_detach, c->no_detach && !c->no_fork)
IS(is_no_fork, c->no_fork && !c->no_detach)
IS(is_port, c->port == 4200)
IS(is_listen, c->listen.n == 2 && streq(c->listen.v[0], "::1") && streq(c->listen.v[1], "127.0.0.1"))
IS(is_allow, c->allow.n == 3 && streq(c->allow.v[0], "10.0.0.0/8") && streq(c->allow.v[2], "box") && !c->allow_private)
IS(is_private, c->allow_private && c->allow.n == 0)
IS(is_jobs, c->jobs == 12)
IS(is_nice, c->nice == 15)
IS(is_negative_nice, c->nice == -5)
IS(is_user, streq(c->user, "worker"))
IS(is_pid_file, streq(c->pid_file, "/run/d.pid"))
IS(is_log_file, streq(c->log_file, "d.log") && !c->log_stderr)
IS(is_log_stderr, c->log_stderr && c->log_level == LOG_LVL_NOTICE)
IS(is_level, c->log_level == LOG_LVL_WARN)
IS(is_verbose, c->log_level == LOG_LVL_DEBUG && !c->log_stderr)
IS(is_wizard, c->log_level == LOG_LVL_DEBUG && c->log_stderr && c->no_detach && c->no_fork)
IS(is_job_lifetime, c->job_lifetime == 60 && c->lifetime == 0)
IS(is_lifetime, c->lifetime == 90 && c->job_lifetime == 0)
IS(is_insecure, c->insecure)
IS(is_config_dir, streq(c->config_dir, "/x"))
IS(is_oom, c->has_oom_score_adj && c->oom_score_adj == -500)
IS(is_cache, streq(c->cache_dir, "/x") && c->cache_size == 20ull << 30)
IS(is_small_cache, c->cache_dir == NULL && c->cache_size == 1 << 20)
IS(is_no_action_cache, c->no_action_cache && !c->no_replica)
IS(is_cgroup, streq(c->cgroup, "/x") && c->job_memory == 2ull << 30)
IS(is_no_confine, c->no_confine && c->writable.n == 0)
IS(is_writable, !c->no_confine && c->writable.n == 2 && streq(c->writable.v[1], "/y"))
IS(is_no_replica, c->no_replica && !c->no_action_cache)
IS(is_zeroconf, c->zeroconf)
IS(is_stats, c->stats && c->stats_port == 3633)
IS(is_stats_port, c->stats && c->stats_port == 8000)
IS(is_no_stats, !c->stats && c->stats_port == 8000)
IS(is_default, !c->daemon && !c->inetd && !c->no_detach && !c->no_fork && c->port == 3632 && c->listen.n == 0 &&
   c->allow.n == 0 && !c->allow_private && c->jobs == 0 && c->nice == 5 && c->user == NULL && c->pid_file == NULL &&
   c->log_file == NULL && !c->log_stderr && c->log_level == LOG_LVL_NOTICE && c->job_lifetime == 0 && c->lifetime == 0 &&
   !c->insecure && c->cache_dir == NULL && c->cache_size == 5ull << 30 && !c->no_action_cache && !c->no_replica && !c->zeroconf && !c->stats && !c->has_oom_score_adj && streq(c->config_dir, SYSCONFDIR "/distcc"))

static const struct { const char *words; bool (*is)(const struct dconf *); } good[] = {
	{"", is_default},
	{"--no-fifo", is_default},
	{"--daemon", is_daemon},
	{"--inetd", is_inetd},
	{"--no-detach", is_no_detach},
	{"--no-fork", is_no_fork},
	{"--port=4200", is_port},
	{"--port|4200", is_port},
	{"-p|4200", is_port},
	{"-p4200", is_port},
	{"-p=4200", is_port},
	{"--port=1|--port=4200", is_port},
	{"--listen=::1|--listen|127.0.0.1", is_listen},
	{"-a|10.0.0.0/8|--allow|::1|--allow=box", is_allow},
	{"-a10.0.0.0/8|--allow|::1|--allow=box", is_allow},
	{"--allow-private", is_private},
	{"--jobs|12", is_jobs},
	{"-j12", is_jobs},
	{"-j|12", is_jobs},
	{"-N|15", is_nice},
	{"--nice=15", is_nice},
	{"--nice|-5", is_negative_nice},
	{"--user=worker", is_user},
	{"-P|/run/d.pid", is_pid_file},
	{"--pid-file=/run/d.pid", is_pid_file},
	{"--log-file|d.log", is_log_file},
	{"--log-stderr", is_log_stderr},
	{"--log-level=warning", is_level},
	{"--log-level|warn", is_level},
	{"--verbose", is_verbose},
	{"--wizard", is_wizard},
	{"-W", is_wizard},
	{"--job-lifetime=60", is_job_lifetime},
	{"--lifetime|90", is_lifetime},
	{"--enable-tcp-insecure", is_insecure},
	{"--make-me-a-botnet", is_insecure},
	{"--config-dir=/x", is_config_dir},
	{"--cache-dir=/x|--cache-size|20G", is_cache},
	{"--cache-size=1M", is_small_cache},
	{"--cache-size=1024K", is_small_cache},
	{"--no-action-cache", is_no_action_cache},
	{"--no-replica", is_no_replica},
	{"--no-confine", is_no_confine},
	{"--cgroup|/x|--job-memory=2G", is_cgroup},
	{"--writable|/x|--writable=/y", is_writable},
	{"--zeroconf", is_zeroconf},
	{"--no-zeroconf|--zeroconf", is_zeroconf},
	{"--zeroconf|--no-zeroconf", is_default},
	{"--stats", is_stats},
	{"--stats|--stats-port=8000", is_stats_port},
	{"--stats-port|8000|--stats", is_stats_port},
	{"--stats-port=8000", is_no_stats},
	{"--oom-score-adj=-500", is_oom},
	{"--oom-score-adj|-500", is_oom},
};

static const struct { const char *words, *says; } bad[] = {
	{"x", "x"},
	{"--daemon|x", "x"},
	{"|", "operand"},
	{"-", "operand"},
	{"--", "--"},
	{"--nonsense", "--nonsense"},
	{"--nonsense=5", "--nonsense"},
	{"--por=5", "--por"},
	{"--ports=5", "--ports"},
	{"-Z", "-Z"},
	{"-Wx", "takes no value"},
	{"--port", "needs a value"},
	{"--port=", "--port"},
	{"--port=0", "65535"},
	{"--port|80000", "80000"},
	{"--port=-1", "-1"},
	{"--port=4200x", "4200x"},
	{"--port=0x10", "0x10"},
	{"--port= 4", "--port"},
	{"-p", "needs a value"},
	{"--jobs=0", "10000"},
	{"--jobs=10001", "10001"},
	{"--jobs=99999999999999999999", "--jobs"},
	{"--nice=21", "21"},
	{"--nice=-21", "-21"},
	{"--nice=--5", "--5"},
	{"--oom-score-adj=1001", "1001"},
	{"--lifetime=-1", "-1"},
	{"--log-level=loud", "loud"},
	{"--log-level", "needs a value"},
	{"--pid-file=", "needs a value"},
	{"--cache-dir=", "needs a value"},
	{"--cache-size=", "500M"},
	{"--cache-size=G", "\"G\""},
	{"--cache-size=5", "\"5\""},
	{"--cache-size=5g", "\"5g\""},
	{"--cache-size=0G", "\"0G\""},
	{"--cache-size=1023K", "at least 1M"},
	{"--cache-size=-5G", "\"-5G\""},
	{"--cache-size=9999999T", "9999999T"},
	{"--no-replica=1", "takes no value"},
	{"--writable|sub/dir", "takes an absolute directory"},
	{"--allow=", "needs a value"},
	{"--allow", "needs a value"},
	{"--daemon=1", "takes no value"},
	{"--daemon|--inetd", "exclude"},
	{"--inetd|--stats", "--inetd"},
	{"--stats|--stats-port=3632", "3632"},
	{"--stats|--port=3633", "both 3633"},
	{"--stats-port=0", "65535"},
};

static const struct { const char *words; enum dconf_result result; } ends[] = {
	{"--help", DCONF_HELP},
	{"--version", DCONF_VERSION},
	{"--daemon|--help|--nonsense", DCONF_HELP},
	{"--nonsense|--help", DCONF_BAD},
};

int
main(void)
{
	struct dconf conf;
	char *message;

	for (size_t i = 0; i < countof(good); i++) {
		CHECK_ROW(good[i].words, parse(good[i].words, &conf, &message) == DCONF_RUN);
		CHECK_ROW(good[i].words, message == NULL);
		CHECK_ROW(good[i].words, good[i].is(&conf));
		free(message);
		dconf_free(&conf);
	}
	for (size_t i = 0; i < countof(bad); i++) {
		CHECK_ROW(bad[i].words, parse(bad[i].words, &conf, &message) == DCONF_BAD);
		CHECK_ROW(bad[i].words, message != NULL && strstr(message, bad[i].says) != NULL && strchr(message, '\n') == NULL);
		free(message);
		dconf_free(&conf);
	}
	for (size_t i = 0; i < countof(ends); i++) {
		CHECK_ROW(ends[i].words, parse(ends[i].words, &conf, &message) == ends[i].result);
		free(message);
		dconf_free(&conf);
	}
	CHECK(starts_with(dconf_help, "Usage:"));
	return check_done();
}
