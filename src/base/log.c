/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/util.h"

#define LINE_MAX_LEN 8192
#define TEE_MAX 8192

static struct {
	char prog[32];
	enum log_level level;
	int fd;			/* the sink, -1: syslog */
	bool owned;		/* log_to_file opened it */
	int (*open_diverted)(void);	/* NULL: nothing is diverted, or it was called */
	bool diverting;
	int diverted_fd;	/* -1: dropped */
	bool tee;
	enum log_level tee_level;
	size_t tee_len;
	char tee_text[TEE_MAX];
} state = {.prog = "distcc", .level = LOG_LVL_WARN, .fd = STDERR_FILENO};

static const struct {
	const char *label;	/* in front of the text */
	int priority;		/* for syslog */
} levels[] = {
	[LOG_LVL_FATAL] = {"ERROR: ", LOG_CRIT},
	[LOG_LVL_ERROR] = {"ERROR: ", LOG_ERR},
	[LOG_LVL_WARN] = {"Warning: ", LOG_WARNING},
	[LOG_LVL_NOTICE] = {"", LOG_NOTICE},
	[LOG_LVL_INFO] = {"", LOG_INFO},
	[LOG_LVL_DEBUG] = {"", LOG_DEBUG},
};

static const struct {
	const char *name;
	enum log_level level;
} names[] = {
	{"critical", LOG_LVL_FATAL}, {"crit", LOG_LVL_FATAL},
	{"error", LOG_LVL_ERROR}, {"err", LOG_LVL_ERROR},
	{"warning", LOG_LVL_WARN}, {"warn", LOG_LVL_WARN},
	{"notice", LOG_LVL_NOTICE},
	{"info", LOG_LVL_INFO},
	{"debug", LOG_LVL_DEBUG},
};

void
log_init(const char *prog)
{
	snprintf(state.prog, sizeof(state.prog), "%s", prog);
	log_to_fd(STDERR_FILENO);
	state.level = LOG_LVL_WARN;
}

void
log_set_level(enum log_level level)
{
	state.level = level;
}

enum log_level
log_get_level(void)
{
	return state.level;
}

bool
log_level_parse(const char *name, enum log_level *level)
{
	for (size_t i = 0; i < countof(names); i++) {
		if (streq(name, names[i].name)) {
			*level = names[i].level;
			return true;
		}
	}
	return false;
}

static void
set_sink(int fd, bool owned)
{
	if (state.owned)
		close(state.fd);
	else if (state.fd == -1)
		closelog();
	state.fd = fd;
	state.owned = owned;
}

void
log_to_fd(int fd)
{
	set_sink(fd, false);
}

int
log_to_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666);

	if (fd == -1)
		return -1;
	set_sink(fd, true);
	return 0;
}

void
log_divert(int (*open_file)(void))
{
	state.open_diverted = open_file;
	state.diverting = open_file != NULL;
	state.diverted_fd = -1;
}

void
log_to_syslog(void)
{
	set_sink(-1, false);
	openlog(state.prog, LOG_PID, LOG_DAEMON);
}

void
log_tee(enum log_level level)
{
	state.tee = true;
	state.tee_level = level;
	state.tee_len = 0;
	state.tee_text[0] = '\0';
}

const char *
log_tee_text(void)
{
	return state.tee_text;
}

bool
log_enabled(enum log_level level)
{
	return level <= state.level || (state.tee && level <= state.tee_level);
}

/* Full is full: the first messages tell most. */
static void
add_to_tee(const char *line, size_t len)
{
	if (len >= sizeof(state.tee_text) - state.tee_len)
		return;
	memcpy(state.tee_text + state.tee_len, line, len);
	state.tee_len += len;
	state.tee_text[state.tee_len] = '\0';
}

/* A log that cannot be written must not stop the work: what fails is given up. */
static void
write_line(int fd, const char *line, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, line, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		line += n;
		len -= (size_t)n;
	}
}

static void
write_diverted(const char *line, size_t len)
{
	int (*open_file)(void) = state.open_diverted;

	if (open_file != NULL) {
		state.open_diverted = NULL;
		state.diverted_fd = open_file();
	}
	if (state.diverted_fd != -1)
		write_line(state.diverted_fd, line, len);
}

/* Text from the wire must not be able to forge a second line, or to drive a terminal. */
static void
defuse(char *s)
{
	for (; *s != '\0'; s++) {
		if (((unsigned char)*s < ' ' && *s != '\t') || *s == 0x7f)
			*s = '?';
	}
}

static void __attribute__((format(printf, 3, 0)))
emit(enum log_level level, int err, const char *fmt, va_list ap)
{
	int saved_errno = errno;
	char line[LINE_MAX_LEN];
	size_t room = sizeof(line) - 1;		/* the last one is for '\n' */
	size_t head, len;

	if (!log_enabled(level))
		return;
	snprintf(line, room, "%s[%ld] ", state.prog, (long)getpid());
	head = strlen(line);
	snprintf(line + head, room - head, "%s", levels[level].label);
	len = strlen(line);
	vsnprintf(line + len, room - len, fmt, ap);
	if (err != 0) {
		len = strlen(line);
		snprintf(line + len, room - len, ": %s", strerror(err));
	}
	defuse(line);
	len = strlen(line);

	if (level <= state.level && state.fd == -1 && !(state.diverting && level > LOG_LVL_ERROR))
		syslog(levels[level].priority, "%s", line + head);
	line[len++] = '\n';
	if (level <= state.level && state.diverting && level > LOG_LVL_ERROR)
		write_diverted(line, len);
	else if (level <= state.level && state.fd != -1)
		write_line(state.fd, line, len);
	if (state.tee && level <= state.tee_level)
		add_to_tee(line, len);
	errno = saved_errno;
}

#define DEFINE_LOG(name, level, err) \
	void \
	name(const char *fmt, ...) \
	{ \
		va_list ap; \
		\
		va_start(ap, fmt); \
		emit(level, err, fmt, ap); \
		va_end(ap); \
	}

DEFINE_LOG(log_debug, LOG_LVL_DEBUG, 0)
DEFINE_LOG(log_info, LOG_LVL_INFO, 0)
DEFINE_LOG(log_notice, LOG_LVL_NOTICE, 0)
DEFINE_LOG(log_warn, LOG_LVL_WARN, errno)
DEFINE_LOG(log_warnx, LOG_LVL_WARN, 0)
DEFINE_LOG(log_err, LOG_LVL_ERROR, errno)
DEFINE_LOG(log_errx, LOG_LVL_ERROR, 0)

void
log_fatal(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(LOG_LVL_FATAL, errno, fmt, ap);
	va_end(ap);
	exit(status);
}

void
log_fatalx(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(LOG_LVL_FATAL, 0, fmt, ap);
	va_end(ap);
	exit(status);
}
