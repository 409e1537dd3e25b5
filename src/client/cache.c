/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/util.h"

/* Address space, not memory; the file grows as it is filled. */
#define MAP_SIZE ((size_t)(sizeof(size_t) > 4 ? 1u << 30 : 1u << 28))
/* When this much is used everything is thrown away: simple, and rare. */
#define FULL (MAP_SIZE / 4 * 3)
#define MAX_READERS 4096
#define BOOT_ID "/proc/sys/kernel/random/boot_id"
/* Of each value, in front of it. */
#define SUM 8u

/* MISSING: nothing to read, but it can be written. */
enum state { UNTRIED, OPEN, MISSING, NONE };

/* Copies of the values that were read: somebody may cut the file under us at any time. */
struct found {
	struct found *next;
	size_t n, size;
	char p[];
};
#define FOUND_SIZE ((size_t)32 << 10)

struct cache {
	char *dir;
	enum state state;
	char *file;		/* of the environment */
	MDB_env *env;
	MDB_dbi dbi;
	MDB_txn *txn;		/* for reading, held until the end */
	bool empty;		/* nothing was ever written */
	struct found *found;
	struct buf pending;	/* key length, value length, key, value, ... */
};

/*
 * A damaged file can make LMDB run into anything.  While it works for us, a fault leads back here: the cache is given up.
 */
static sigjmp_buf fault_return;
static volatile sig_atomic_t guarded;
static struct sigaction old_segv, old_bus;

static void
on_fault(int sig)
{
	if (guarded)
		siglongjmp(fault_return, 1);
	/* not ours: as if we had never been here */
	sigaction(SIGSEGV, &old_segv, NULL);
	sigaction(SIGBUS, &old_bus, NULL);
	raise(sig);
}

static void
on_assert(MDB_env *env, const char *text)
{
	(void)env;
	(void)text;
	if (guarded)
		siglongjmp(fault_return, 1);
}

static void
watch_faults(void)
{
	static bool done;
	struct sigaction sa = {.sa_handler = on_fault, .sa_flags = SA_NODEFER};

	if (done)
		return;
	done = true;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGSEGV, &sa, &old_segv);
	sigaction(SIGBUS, &sa, &old_bus);
}

/* Cheap, and good enough against what a broken disk or a stray write does. */
uint64_t
cache_sum(const void *p, size_t n)
{
	const char *at = p;
	uint64_t sum = n + 1, word;

	for (; n >= sizeof(word); n -= sizeof(word), at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		sum = (sum ^ word) * 0x9e3779b97f4a7c15ull;
		sum ^= sum >> 29;
	}
	word = 0;
	if (n > 0)	/* nothing may be NULL */
		memcpy(&word, at, n);
	sum = (sum ^ word) * 0x9e3779b97f4a7c15ull;
	return sum ^ sum >> 32;
}

struct cache *
cache_open(const char *dir)
{
	struct cache *c;

	if (dir == NULL)
		return NULL;
	c = xcalloc(1, sizeof(*c));
	c->dir = path_join(dir, "cache");
	return c;
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

/* For reading, with a transaction; for writing, without one. */
static int
try_env(struct cache *c, bool writing)
{
	unsigned flags = MDB_NOSUBDIR | MDB_NOSYNC | MDB_NORDAHEAD | MDB_NOTLS;
	int err;

	err = mdb_env_create(&c->env);
	if (err != 0)
		return err;
	mdb_env_set_mapsize(c->env, MAP_SIZE);
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

static int
open_env(struct cache *c, bool writing)
{
	int err = MDB_CORRUPTED;

	if (sigsetjmp(fault_return, 0) == 0) {
		guarded = 1;
		err = try_env(c, writing);
	} else {
		c->env = NULL;	/* in no state to be closed */
		c->txn = NULL;
	}
	guarded = 0;
	return err;
}

static void
close_env(struct cache *c)
{
	if (c->txn != NULL)
		mdb_txn_abort(c->txn);
	if (c->env != NULL)
		mdb_env_close(c->env);
	c->txn = NULL;
	c->env = NULL;
}

static void
remove_env(const char *file)
{
	char *lock = xasprintf("%s-lock", file);

	unlink(file);
	unlink(lock);
	free(lock);
}

/* What is in the way is damage if LMDB says that this is none of its files. */
static bool
is_damage(int err)
{
	return err == MDB_INVALID || err == MDB_BAD_TXN || err == MDB_VERSION_MISMATCH || err == MDB_CORRUPTED || err == MDB_PANIC || err == MDB_PAGE_NOTFOUND || err == ENOEXEC;
}

/* Whoever made it had no time or no space to write to it; for reading LMDB has no good word for that. */
static bool
is_empty(const char *file)
{
	struct stat st;

	return stat(file, &st) == 0 && st.st_size == 0;
}

/* False: it can neither be read nor written. */
static bool
start(struct cache *c)
{
	int err;

	if (c == NULL || c->state != UNTRIED)
		return c != NULL && c->state != NONE;
	c->state = NONE;
	watch_faults();
	if (access(c->dir, W_OK) == -1 && (errno != ENOENT || path_mkdirs(c->dir) == -1))
		return false;
	c->file = file_name(c->dir);
	if (c->file == NULL || !is_local_fs(c->dir) || !is_ours(c->file))
		return false;
	/* most jobs find all they ask for, and what writing needs costs time */
	err = open_env(c, false);
	if (err != 0)
		close_env(c);
	if (is_damage(err)) {
		log_info("the cache %s is damaged (%s); making a new one", c->file, mdb_strerror(err));
		remove_env(c->file);
		err = ENOENT;
	}
	if (err != 0 && err != ENOENT && !is_empty(c->file)) {
		log_info("no cache in %s: %s", c->dir, mdb_strerror(err));
		return false;
	}
	c->state = err == 0 ? OPEN : MISSING;
	return true;
}

static void
give_up(struct cache *c)
{
	log_info("the cache %s is damaged; making a new one next time", c->file);
	c->state = NONE;
	c->env = NULL;	/* in no state to be closed */
	c->txn = NULL;
	remove_env(c->file);
}

static char *
keep(struct cache *c, const void *p, size_t n)
{
	struct found *f = c->found;
	char *at;

	if (f == NULL || f->size - f->n < n) {
		size_t size = n > FOUND_SIZE ? n : FOUND_SIZE;

		f = xmalloc(sizeof(*f) + size);
		f->next = c->found;
		f->n = 0;
		f->size = size;
		c->found = f;
	}
	at = f->p + f->n;
	memcpy(at, p, n);
	f->n += n;
	return at;
}

static bool
look_up(struct cache *c, MDB_val k, const void **value, size_t *n)
{
	uint64_t sum;
	MDB_val v;

	if (mdb_get(c->txn, c->dbi, &k, &v) != 0 || v.mv_size < SUM)
		return false;
	memcpy(&sum, v.mv_data, SUM);
	if (sum != cache_sum((char *)v.mv_data + SUM, v.mv_size - SUM))
		return false;
	*n = v.mv_size - SUM;
	*value = keep(c, (char *)v.mv_data + SUM, *n);
	return true;
}

bool
cache_get(struct cache *c, const void *key, size_t key_n, const void **value, size_t *n)
{
	bool found;

	if (!start(c) || c->state != OPEN)
		return false;
	if (sigsetjmp(fault_return, 0) != 0) {
		guarded = 0;
		give_up(c);
		return false;
	}
	guarded = 1;
	found = look_up(c, (MDB_val){key_n, (void *)(uintptr_t)key}, value, n);
	guarded = 0;
	return found;
}

void
cache_put(struct cache *c, const void *key, size_t key_n, const void *value, size_t n)
{
	size_t sizes[2] = {key_n, n + SUM};
	uint64_t sum;

	if (c == NULL || key_n > CACHE_KEY_MAX || !start(c))
		return;
	buf_add(&c->pending, sizes, sizeof(sizes));
	buf_add(&c->pending, key, key_n);
	sum = cache_sum(value, n);
	buf_add(&c->pending, &sum, SUM);
	buf_add(&c->pending, value, n);
}

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

static void
write_pending(struct cache *c)
{
	int err;

	err = open_env(c, true);
	if (sigsetjmp(fault_return, 0) != 0) {
		guarded = 0;
		give_up(c);
		return;
	}
	guarded = 1;
	if (err == 0)
		err = write_txn(c);
	guarded = 0;
	if (is_damage(err))
		remove_env(c->file);
	else if (c->empty)
		remove_old(c);
	if (err != 0)
		log_info("cannot write to the cache %s: %s", c->file, mdb_strerror(err));
}

/*
 * Pages of a damaged file can make LMDB write anywhere in our memory, which may show only much later: a child of ours writes, and if that
 * comes to grief the file goes.
 */
static void
write_apart(struct cache *c)
{
	int status, null;
	pid_t pid;

	close_env(c);
	pid = fork();
	if (pid == -1)
		return;
	if (pid == 0) {
		/* no core, and no words of the C library about it */
		prctl(PR_SET_DUMPABLE, 0);
		null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		if (null != -1)
			dup2(null, STDERR_FILENO);
		signal(SIGABRT, SIG_DFL);
		write_pending(c);
		_exit(0);
	}
	if (proc_wait(pid, &status, NULL) == 0 && status != 0) {
		log_info("the cache %s is damaged; making a new one next time", c->file);
		remove_env(c->file);
	}
}

void
cache_close(struct cache *c)
{
	struct found *next;
	char *lock;
	int fd;

	if (c == NULL)
		return;
	if (c->state != NONE && c->pending.n > 0) {
		/* LMDB has one lock for writers, and no way but to wait for it */
		lock = xasprintf("%s-turn", c->file);
		fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == 0)
			write_apart(c);
		if (fd != -1)
			close(fd);
		free(lock);
	}
	close_env(c);
	for (; c->found != NULL; c->found = next) {
		next = c->found->next;
		free(c->found);
	}
	buf_free(&c->pending);
	free(c->file);
	free(c->dir);
	free(c);
}
