/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/sign.h"

#include "client/cache.h"

struct sign_key
sign_key(char space, char version, const struct sign *s)
{
	return (struct sign_key){.space = space, .version = version, .dev = s->dev, .ino = s->ino};
}

void
sign_of(struct sign *s, const struct stat *st)
{
	*s = (struct sign){
		.dev = (uint64_t)st->st_dev,
		.ino = (uint64_t)st->st_ino,
		.size = (uint64_t)st->st_size,
		.mtime = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
		.ctime = (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec,
	};
}

bool
sign_equal(const struct sign *a, const struct sign *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size && a->mtime == b->mtime && a->ctime == b->ctime;
}

bool
sign_is_of(const struct sign *s, const struct stat *st)
{
	struct sign now;

	sign_of(&now, st);
	return sign_equal(&now, s);
}

bool
sign_is_young(const struct sign *s, int64_t now_ns, int64_t ns)
{
	return s->ctime > now_ns - ns || s->mtime > now_ns - ns;
}

uint64_t
sign_sum(const struct sign *s)
{
	uint64_t sum = cache_sum(s, sizeof(*s));

	return sum == 0 ? 1 : sum;
}
