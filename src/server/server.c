/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/server.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/exitcode.h"
#include "base/log.h"
#include "base/num.h"
#include "base/path.h"
#include "base/sock.h"
#include "base/util.h"
#include "config.h"
#include "server/listfile.h"
#include "server/privdrop.h"

#define DEFAULT_IO_TIMEOUT 300
/* And threads, of one job: a compiler has three, some linkers one for each processor. */
#define JOB_PROCESSES 256

#define MAX_IO_TIMEOUT (INT_MAX / 1000)
#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"

/* Where update-distcc-symlinks and distcc-config put their links. */
static const char *const list_dirs[] = {PKGLIBDIR, "/usr/lib/distcc"};

/* All addresses of a host name. */
static bool
add_host(struct access *a, const char *name)
{
	struct addrinfo *list;

	if (sock_resolve(name, 0, false, &list) != 0)
		return false;
	for (const struct addrinfo *ai = list; ai != NULL; ai = ai->ai_next)
		(void)access_add_addr(a, ai->ai_addr);
	freeaddrinfo(list);
	return true;
}

static int
read_allow_options(struct server *s)
{
	if (s->conf->allow_private)
		access_add_private(&s->by_options);
	for (size_t i = 0; i < s->conf->allow.n; i++) {
		const char *word = s->conf->allow.v[i];
		struct access_rule rule;

		switch (access_parse(word, &rule)) {
		case ACCESS_OK:
			access_add(&s->by_options, &rule);
			break;
		case ACCESS_ADDRESS:
			if (add_host(&s->by_options, word))
				break;
			log_errx("--allow %s: neither an address nor a host that can be found", word);
			return EXIT_BAD_ARGUMENTS;
		case ACCESS_MASK:
			log_errx("--allow %s: the mask is a number of bits, up to 32 for IPv4 and 128 for IPv6", word);
			return EXIT_BAD_ARGUMENTS;
		}
	}
	return 0;
}

/* The entries of a file in config_dir.  False if there is a file that cannot be read. */
static bool
read_list(const struct server *s, const char *name, struct strv *entries)
{
	char *path = path_join(s->conf->config_dir, name);
	bool ok = listfile_read(path, entries) == 0 || errno == ENOENT || errno == ENOTDIR;

	if (!ok)
		log_err("cannot read %s", path);
	free(path);
	return ok;
}

static bool
load_clients(struct server *s)
{
	struct strv lines = STRV_INIT;

	if (!read_list(s, "clients.allow", &lines))
		return false;
	access_free(&s->clients);
	access_add_all(&s->clients, &s->by_options);
	for (size_t i = 0; i < lines.n; i++) {
		struct access_rule rule;

		if (access_parse(lines.v[i], &rule) == ACCESS_OK)
			access_add(&s->clients, &rule);
		else
			log_errx("%s/clients.allow: \"%s\" is no address and admits nobody", s->conf->config_dir, lines.v[i]);
	}
	/* A file without entries is what some distributions install: it is no list. */
	s->by_default = s->by_options.n == 0 && lines.n == 0;
	if (s->by_default)
		access_add_private(&s->clients);
	strv_free(&lines);
	return true;
}

static bool
load_commands(struct server *s)
{
	struct strv lines = STRV_INIT;

	if (!read_list(s, "commands.allow", &lines))
		return false;
	strv_free(&s->commands.commands);
	s->commands.commands = lines;
	return true;
}

/* The lists of compilers that do not change while we run. */
static int
init_commands(struct server *s)
{
	const char *cmdlist = getenv("DISTCC_CMDLIST"), *numwords = getenv("DISTCC_CMDLIST_NUMWORDS");

	s->commands = (struct cmdallow)CMDALLOW_INIT;
	s->commands.everything = s->conf->insecure;
	for (size_t i = 0; i < countof(list_dirs); i++) {
		if (!strv_has(&s->commands.dirs, list_dirs[i]))
			strv_push(&s->commands.dirs, list_dirs[i]);
	}
	if (numwords != NULL && *numwords != '\0' && !num_parse(numwords, 1, 1000, &s->commands.numwords)) {
		log_errx("DISTCC_CMDLIST_NUMWORDS must be a number from 1, not \"%s\"", numwords);
		return EXIT_BAD_ARGUMENTS;
	}
	if (cmdlist == NULL || *cmdlist == '\0')
		return 0;
	s->commands.has_cmdlist = true;
	if (listfile_read(cmdlist, &s->commands.cmdlist) == 0)
		return 0;
	log_err("cannot read %s, which DISTCC_CMDLIST names", cmdlist);
	return EXIT_COMPILER_MISSING;
}

static int
check_commands(const struct server *s)
{
	if (cmdallow_usable(&s->commands))
		return 0;
	if (s->commands.has_cmdlist)
		log_errx("no compiler is allowed: the file DISTCC_CMDLIST names is empty");
	else
		log_errx("no compiler is allowed: there are no links in %s or /usr/lib/distcc and no lines in %s/commands.allow.  "
			 "Make links with \"distcc-config --install-links\" (update-distcc-symlinks), or list compilers in that file",
			 PKGLIBDIR, s->conf->config_dir);
	return EXIT_COMPILER_MISSING;
}

static int
read_io_timeout(struct server *s)
{
	const char *text = getenv("DISTCC_IO_TIMEOUT");
	long seconds = DEFAULT_IO_TIMEOUT;

	if (text != NULL && *text != '\0' && !num_parse(text, 1, MAX_IO_TIMEOUT, &seconds)) {
		log_errx("DISTCC_IO_TIMEOUT must be a number of seconds from 1, not \"%s\"", text);
		return EXIT_BAD_ARGUMENTS;
	}
	s->io_timeout_ms = (int)seconds * 1000;
	return 0;
}

/* Those we may use: a container may have fewer than the machine. */
static long
processors(void)
{
	cpu_set_t set;
	long n = 0;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		n = CPU_COUNT(&set);
	if (n < 1)
		n = sysconf(_SC_NPROCESSORS_ONLN);
	return n < 1 ? 1 : n;
}

static const char *
search_path(void)
{
	const char *path = getenv("DISTCCD_PATH");

	if (path == NULL || *path == '\0')
		path = getenv("PATH");
	return path == NULL || *path == '\0' ? DEFAULT_PATH : path;
}

int
server_init(struct server *s, const struct dconf *conf)
{
	int code;

	*s = (struct server){.conf = conf, .jobs = conf->jobs, .cgroups = CGROUPS_INIT};
	s->search = search_path();
	if (s->jobs == 0)
		s->jobs = processors() + 2;
	code = read_io_timeout(s);
	if (code == 0)
		code = read_allow_options(s);
	if (code == 0)
		code = init_commands(s);
	if (code == 0 && !load_commands(s))
		code = EXIT_COMPILER_MISSING;
	if (code == 0)
		code = check_commands(s);
	if (code == 0 && !load_clients(s))
		code = EXIT_BAD_ARGUMENTS;
	return code;
}

/* Three quarters of the machine's, if nobody has said. */
static uint64_t
memory_of_a_job(const struct dconf *conf)
{
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

	if (conf->job_memory != 0 || pages <= 0 || size <= 0)
		return conf->job_memory;
	return (uint64_t)pages * (uint64_t)size / 4 * 3;
}

bool
server_take_cgroup(struct server *s)
{
	const struct passwd *pw = geteuid() == 0 ? privdrop_user(s->conf->user) : NULL;

	s->cgroups.memory = memory_of_a_job(s->conf);
	s->cgroups.processes = JOB_PROCESSES;
	s->cgroups.nice = s->conf->nice;
	return cgroups_take(&s->cgroups, s->conf->cgroup, pw != NULL ? pw->pw_uid : geteuid(), pw != NULL ? pw->pw_gid : getegid());
}

static void
tell_cgroup(const struct cgroups *c)
{
	if (c->dir == -1)
		log_debug("jobs have no control groups: %s", c->why);
	else if (c->in_force == NULL)
		log_info("jobs have control groups, which limit nothing: no controller can be enabled there");
	else
		log_info("control groups limit jobs: %s", c->in_force);
}

void
server_confine(struct server *s)
{
	char *lacks;

	tell_cgroup(&s->cgroups);
	cgroups_sweep(&s->cgroups);
	if (s->conf->no_confine)
		return;
	lacks = confine_probe(&s->confine, &s->conf->writable);
	if (lacks != NULL)
		log_notice("compilers of preprocessed jobs are confined as far as this kernel allows: there is no %s", lacks);
	else
		log_info("compilers of preprocessed jobs are confined: they write to their own directory, and use no network");
	free(lacks);
}

void
server_log_lists(const struct server *s)
{
	if (s->by_default)
		log_info("serving clients in private networks: there is no --allow and no line in %s/clients.allow",
			 s->conf->config_dir);
	if (s->commands.everything)
		log_warnx("--enable-tcp-insecure: every client may run any program on this machine");
}

void
server_reload(struct server *s)
{
	const char *log_file = s->conf->log_file;
	bool clients, commands;

	/* who has renamed the old one wants a new one; a name that is not absolute may mean another place by now */
	if (log_file != NULL && !s->conf->log_stderr && log_file[0] == '/' && log_to_file(log_file) == -1)
		log_err("cannot open %s again", log_file);
	clients = load_clients(s);
	commands = load_commands(s);
	s->reloads++;
	log_notice("read again: clients.allow%s, commands.allow%s", clients ? "" : " (failed, the old list stays)",
		   commands ? "" : " (failed, the old list stays)");
	server_log_lists(s);
}

void
server_free(struct server *s)
{
	access_free(&s->by_options);
	access_free(&s->clients);
	cmdallow_free(&s->commands);
	free(s->cache_dir);
	cgroups_free(&s->cgroups);
}
