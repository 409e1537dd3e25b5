/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/conf.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/num.h"
#include "base/path.h"
#include "base/util.h"
#include "client/portage.h"

#define DEFAULT_BACKOFF_S 60
#define DEFAULT_IO_TIMEOUT_S 300

static const char *
env_nonempty(const char *name)
{
	const char *s = getenv(name);

	return s != NULL && s[0] != '\0' ? s : NULL;
}

/* The number in variable name, dflt without one.  False if it is not within the bounds. */
static bool
env_number(const char *name, long min, long max, int dflt, int *out)
{
	const char *s = env_nonempty(name);
	long n = dflt;

	if (s != NULL && !num_parse(s, min, max, &n))
		return false;
	*out = (int)n;
	return true;
}

/* "N/M" or "N" (of 1); none without the variable. */
static bool
env_share(const char *name, int *in, int *of)
{
	const char *s = env_nonempty(name), *slash;
	long n, m = 1;

	*in = *of = 0;
	if (s == NULL || streq(s, "0"))
		return true;
	slash = strchrnul(s, '/');
	if (!num_parse_n(s, (size_t)(slash - s), 1, INT_MAX, &n) || (*slash == '/' && !num_parse(slash + 1, n, INT_MAX, &m)) || n > m)
		return false;
	*in = (int)n;
	*of = (int)m;
	return true;
}

static char *
distcc_dir(void)
{
	const char *s = env_nonempty("DISTCC_DIR");

	if (s != NULL)
		return xstrdup(s);
	/* a home that is not there, such as nobody's, is not ours to make */
	s = env_nonempty("HOME");
	return s != NULL && access(s, F_OK) == 0 ? path_join(s, ".distcc") : NULL;
}

bool
conf_from_env(struct conf *c, const char **bad)
{
	int seconds;

	*c = (struct conf){
		.fallback = num_env_bool("DISTCC_FALLBACK", true),
		.local_retry = getenv("DISTCC_SKIP_LOCAL_RETRY") == NULL,
		.rewrite_name = getenv("DISTCC_NO_REWRITE_CROSS") == NULL,
		.save_temps = num_env_bool("DISTCC_SAVE_TEMPS", false),
		.cork = num_env_bool("DISTCC_TCP_CORK", true),
		.journal = env_nonempty("DISTCC_JOURNAL"),
		.ssh = env_nonempty("DISTCC_SSH"),
		.portage = portage_is_here(),
		.proxy = env_nonempty("DISTCC_SOCKS_PROXY"),
		.dir = distcc_dir(),
	};
	if (c->ssh == NULL)
		c->ssh = "ssh";
	if (c->dir != NULL && portage_may_write(c->dir)) {
		c->lock_dir = path_join(c->dir, "lock");
		c->state_dir = path_join(c->dir, "state");
	}
	*bad = "DISTCC_BACKOFF_PERIOD";
	if (!env_number(*bad, 0, INT_MAX, DEFAULT_BACKOFF_S, &c->backoff_s))
		return false;
	*bad = "DISTCC_VERIFY";
	if (!env_share(*bad, &c->verify_in, &c->verify_of))
		return false;
	*bad = "DISTCC_IO_TIMEOUT";
	if (!env_number(*bad, 1, INT_MAX / 1000, DEFAULT_IO_TIMEOUT_S, &seconds))
		return false;
	c->io_timeout_ms = seconds * 1000;
	return true;
}

void
conf_free(struct conf *c)
{
	free(c->dir);
	free(c->lock_dir);
	free(c->state_dir);
}

struct io_limit
conf_io_limit(const struct conf *c)
{
	return (struct io_limit){.idle_ms = c->io_timeout_ms};
}

int
conf_message_fd(void)
{
	const char *word = getenv("UNCACHED_ERR_FD");
	long fd;

	return word != NULL && num_parse(word, 0, INT_MAX, &fd) && fcntl((int)fd, F_GETFD) != -1 ? (int)fd : -1;
}

bool
conf_below_ccache(void)
{
	return conf_message_fd() > STDERR_FILENO;
}

void
conf_open_log(void)
{
	const char *file = env_nonempty("DISTCC_LOG");
	bool verbose = num_env_bool("DISTCC_VERBOSE", false);

	if (file != NULL && log_to_file(file) == 0) {
		log_set_level(verbose ? LOG_LVL_DEBUG : LOG_LVL_INFO);
		return;
	}
	if (portage_is_here())
		log_divert(portage_open_log);
	if (file != NULL) {
		log_warn("cannot write to the log file %s (DISTCC_LOG)", file);
	} else if (conf_message_fd() != -1) {
		/* ccache keeps what we say on stderr and would repeat it with each hit */
		log_to_fd(conf_message_fd());
	}
	log_set_level(verbose ? LOG_LVL_DEBUG : LOG_LVL_WARN);
}
