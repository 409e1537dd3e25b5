/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/util.h"
#include "client/cache_part.h"

#define MAX_READERS 4096
#define BOOT_ID "/proc/sys/kernel/random/boot_id"

static void
on_assert(MDB_env *env, const char *text)
{
	(void)env;
	(void)text;
	if (fault_guarded)
		siglongjmp(fault_return, 1);
}

/* Locks and shared memory of LMDB work between processes of one machine. */
static bool
is_local_fs(const char *dir)
{
	static const unsigned long remote[] = {
		0x6969,		/* NFS */
		0xff534d42,	/* CIFS */
		0xfe534d42,	/* SMB2 */
		0x517b,		/* SMB */
		0x01021997,	/* 9p */
		0x65735546,	/* FUSE: sshfs and others */
		0x00c36400,	/* Ceph */
		0x5346414f,	/* AFS */
		0x73757245,	/* Coda */
		0x0bd00bd0,	/* Lustre */
		0x47504653,	/* GPFS */
	};
	struct statfs fs;

	if (statfs(dir, &fs) == -1)
		return false;
	for (size_t i = 0; i < countof(remote); i++)
		if (((unsigned long)fs.f_type & 0xffffffff) == remote[i])
			return false;
	return true;
}

/*
 * The file of this user, this boot and this machine.  Of this user, so that nobody else's permissions or contents matter;
 * of this boot, as nothing is synced.
 */
static char *
file_name(const char *dir)
{
	char id[64];
	ssize_t n;
	int fd;

	fd = open(BOOT_ID, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return NULL;
	n = read(fd, id, sizeof(id) - 1);
	close(fd);
	if (n < 36)
		return NULL;
	id[8] = '\0';
	return xasprintf("%s/files-%zu-%lu-%s.mdb", dir, sizeof(size_t) * 8, (unsigned long)geteuid(), id);
}

/* Nobody else may have put it there. */
static bool
is_ours(const char *file)
{
	struct stat st;

	return lstat(file, &st) == -1 ? errno == ENOENT : S_ISREG(st.st_mode) && st.st_uid == geteuid();
}

bool
cache_env_place(struct cache *c)
{
	c->file = file_name(c->dir);
	return c->file != NULL && is_local_fs(c->dir) && is_ours(c->file);
}

/* Has the file all the pages that it says it has? */
static bool
is_whole(struct cache *c)
{
	MDB_envinfo info;
	struct stat st;
	MDB_stat ms;

	return mdb_env_info(c->env, &info) == 0 && mdb_env_stat(c->env, &ms) == 0 && stat(c->file, &st) == 0 &&
		(uint64_t)st.st_size / ms.ms_psize > info.me_last_pgno;
}

static int
try_env(struct cache *c, bool writing)
{
	unsigned flags = MDB_NOSUBDIR | MDB_NOSYNC | MDB_NORDAHEAD | MDB_NOTLS;
	int err;

	err = mdb_env_create(&c->env);
	if (err != 0)
		return err;
	mdb_env_set_mapsize(c->env, CACHE_MAP_SIZE);
	mdb_env_set_maxreaders(c->env, MAX_READERS);
	mdb_env_set_assert(c->env, on_assert);
	err = mdb_env_open(c->env, c->file, writing ? flags : flags | MDB_RDONLY, 0600);
	if (err == 0 && !is_whole(c))
		return MDB_CORRUPTED;
	if (writing)
		return err;
	if (err == 0)
		err = mdb_txn_begin(c->env, NULL, MDB_RDONLY, &c->txn);
	if (err == MDB_READERS_FULL && mdb_reader_check(c->env, NULL) == 0)
		err = mdb_txn_begin(c->env, NULL, MDB_RDONLY, &c->txn);
	if (err == 0)
		err = mdb_dbi_open(c->txn, NULL, 0, &c->dbi);
	return err;
}

int
cache_env_open(struct cache *c, bool writing)
{
	int err = MDB_CORRUPTED;

	if (sigsetjmp(fault_return, 0) == 0) {
		fault_guarded = 1;
		err = try_env(c, writing);
	} else {
		c->env = NULL;	/* in no state to be closed */
		c->txn = NULL;
	}
	fault_guarded = 0;
	return err;
}

void
cache_env_close(struct cache *c)
{
	if (c->txn != NULL)
		mdb_txn_abort(c->txn);
	if (c->env != NULL)
		mdb_env_close(c->env);
	c->txn = NULL;
	c->env = NULL;
}

void
cache_env_remove(const char *file)
{
	char *lock = xasprintf("%s-lock", file);

	unlink(file);
	unlink(lock);
	free(lock);
}

bool
cache_is_damage(int err)
{
	return err == MDB_INVALID || err == MDB_BAD_TXN || err == MDB_VERSION_MISMATCH || err == MDB_CORRUPTED || err == MDB_PANIC ||
		err == MDB_PAGE_NOTFOUND || err == ENOEXEC;
}

void
cache_give_up(struct cache *c)
{
	log_info("the cache %s is damaged; making a new one next time", c->file);
	c->state = CACHE_NONE;
	c->env = NULL;	/* in no state to be closed */
	c->txn = NULL;
	cache_env_remove(c->file);
}
