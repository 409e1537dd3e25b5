/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/brief.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/util.h"
#include "client/cache_part.h"

/* When this much is used everything is thrown away: simple, and rare. */
#define FULL (CACHE_MAP_SIZE / 4 * 3)
/* Milliseconds are usual. */
#define WRITE_S 20

static int
put_pending(struct cache *c, MDB_txn *txn)
{
	const char *p = c->pending.p, *end = p + c->pending.n;
	size_t sizes[2];
	MDB_val k, v;
	int err = 0;

	while (p < end && err == 0) {
		memcpy(sizes, p, sizeof(sizes));
		p += sizeof(sizes);
		k = (MDB_val){sizes[0], (void *)(uintptr_t)p};
		v = (MDB_val){sizes[1], (void *)(uintptr_t)(p + sizes[0])};
		err = mdb_put(txn, c->dbi, &k, &v, 0);
		p += sizes[0] + sizes[1];
	}
	return err;
}

/* Files of earlier boots; looked for when the first of this boot is written. */
static void
remove_old(const struct cache *c)
{
	char *prefix = xasprintf("files-%zu-%lu-", sizeof(size_t) * 8, (unsigned long)geteuid());
	const char *own = path_base(c->file);
	struct dirent *e;
	char *path;
	DIR *d;

	d = opendir(c->dir);
	while (d != NULL && (e = readdir(d)) != NULL) {
		if (!starts_with(e->d_name, prefix) || starts_with(e->d_name, own))
			continue;
		path = path_join(c->dir, e->d_name);
		unlink(path);
		free(path);
	}
	if (d != NULL)
		closedir(d);
	free(prefix);
}

static int
write_txn(struct cache *c)
{
	MDB_envinfo info;
	MDB_txn *txn;
	MDB_stat st;
	int err;

	/* a reader that died keeps old pages alive */
	if (getpid() % 64 == 0)
		mdb_reader_check(c->env, NULL);
	err = mdb_txn_begin(c->env, NULL, 0, &txn);
	if (err != 0)
		return err;
	err = mdb_dbi_open(txn, NULL, 0, &c->dbi);
	if (err != 0) {
		mdb_txn_abort(txn);
		return err;
	}
	if (mdb_env_info(c->env, &info) == 0 && mdb_stat(txn, c->dbi, &st) == 0) {
		c->empty = st.ms_entries == 0;
		if (info.me_last_pgno * st.ms_psize > FULL)
			mdb_drop(txn, c->dbi, 0);
	}
	err = put_pending(c, txn);
	if (err != 0) {
		mdb_txn_abort(txn);
		return err;
	}
	return mdb_txn_commit(txn);
}

static int
write_guarded(struct cache *c)
{
	int err = cache_env_open(c, true);

	if (err != 0)
		return err;
	fault_guarded = 1;
	err = write_txn(c);
	fault_guarded = 0;
	return err;
}

static void
conclude(struct cache *c, int err)
{
	if (cache_is_damage(err))
		cache_env_remove(c->file);
	else if (c->empty)
		remove_old(c);
	if (err != 0)
		log_info("cannot write to the cache %s: %s", c->file, mdb_strerror(err));
}

static void
write_pending(struct cache *c)
{
	if (sigsetjmp(fault_return, 0) == 0) {
		conclude(c, write_guarded(c));
	} else {
		fault_guarded = 0;
		cache_give_up(c);
	}
}

/*
 * Pages of a damaged file can make LMDB write anywhere in our memory, which may show only much later: a child of ours writes, and if that
 * comes to grief the file goes.
 */
void
cache_write_apart(struct cache *c)
{
	int status, null;
	pid_t pid;

	cache_env_close(c);
	pid = fork();
	if (pid == -1)
		return;
	if (pid == 0) {
		brief_memory_mapped();	/* LMDB takes tables of megabytes */
		/* no core, and no words of the C library about it */
		prctl(PR_SET_DUMPABLE, 0);
		null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		if (null != -1)
			dup2(null, STDERR_FILENO);
		signal(SIGABRT, SIG_DFL);
		/* and pages that lead back to themselves have no end */
		signal(SIGALRM, SIG_DFL);
		alarm(WRITE_S);
		write_pending(c);
		_exit(0);
	}
	if (proc_wait(pid, &status, NULL) == 0 && status != 0) {
		log_info("the cache %s is damaged; making a new one next time", c->file);
		cache_env_remove(c->file);
	}
}
