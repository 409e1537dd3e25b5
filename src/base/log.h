/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages: one level, one sink, one line per call.  A leaf: it reads no
 * option and no environment, whoever starts the program sets it up.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

enum log_level { LOG_LVL_FATAL, LOG_LVL_ERROR, LOG_LVL_WARN, LOG_LVL_NOTICE, LOG_LVL_INFO, LOG_LVL_DEBUG };

/* Name the program (prefix "prog[pid] " of each line); sink stderr, level warning. */
void log_init(const char *prog);

/* Show messages of level and more severe ones. */
void log_set_level(enum log_level level);
enum log_level log_get_level(void);

/*
 * "critical", "error", "warning", "notice", "info", "debug" and stock's
 * synonyms ("crit", "err", "warn") to a level.  False if unknown.
 */
bool log_level_parse(const char *name, enum log_level *level);

/* Lines go to fd from now on, one write(2) each, so that many processes may share it. */
void log_to_fd(int fd);

/*
 * Append to path (0666 & ~umask, close-on-exec).  On failure -1 with errno,
 * the sink is unchanged.
 */
int log_to_file(const char *path);

/*
 * From now on lines that are less severe than an error go elsewhere than to the sink: to what open_file returns, which
 * is called when the first one comes.  If that is -1 they are dropped.  NULL ends it.
 */
void log_divert(int (*open_file)(void));

/* Lines go to syslog, facility daemon. */
void log_to_syslog(void);

/*
 * A second copy of every line of level or worse is appended to a buffer of
 * at most a few KiB that log_tee_text returns (never NULL; valid until the next
 * message).  The daemon sends it to the client in SERR.
 */
void log_tee(enum log_level level);
const char *log_tee_text(void);

/* True when a message of that level would be shown: to skip costly arguments. */
bool log_enabled(enum log_level level);

/*
 * The x forms print the text alone, the others append ": strerror(errno)".
 * errno is preserved.  No trailing newline in fmt.
 */
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warnx(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_errx(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Log at level fatal and exit with status. */
void log_fatal(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3), noreturn));
void log_fatalx(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3), noreturn));

#endif
