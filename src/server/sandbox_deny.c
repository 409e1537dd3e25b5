/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/sandbox_deny.h"

#include <endian.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "base/util.h"
#include "server/sandbox_calls.h"

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#define X32_BIT 0x40000000u	/* the same architecture for seccomp, other calls */
#elif defined(__i386__)
#define NATIVE AUDIT_ARCH_I386
#elif defined(__aarch64__)
#define NATIVE (__BYTE_ORDER == __BIG_ENDIAN ? EM_AARCH64 | __AUDIT_ARCH_64BIT : AUDIT_ARCH_AARCH64)
#elif defined(__arm__)
#define NATIVE (__BYTE_ORDER == __BIG_ENDIAN ? AUDIT_ARCH_ARMEB : AUDIT_ARCH_ARM)
#elif defined(__powerpc64__)
#define NATIVE (__BYTE_ORDER == __BIG_ENDIAN ? AUDIT_ARCH_PPC64 : AUDIT_ARCH_PPC64LE)
#elif defined(__riscv) && __riscv_xlen == 64
#define NATIVE AUDIT_ARCH_RISCV64
#elif defined(__s390x__)
#define NATIVE AUDIT_ARCH_S390X
#elif defined(__loongarch64)
#define NATIVE AUDIT_ARCH_LOONGARCH64
#endif

#ifdef NATIVE

#define MAX_PROGRAM 1024

struct program {
	struct sock_filter v[MAX_PROGRAM];
	unsigned n;
};

static void
emit(struct program *p, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	if (p->n < MAX_PROGRAM)
		p->v[p->n++] = (struct sock_filter){code, yes, no, k};
}

static void
emit_load(struct program *p, size_t offset)
{
	emit(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void
emit_return(struct program *p, uint32_t action)
{
	emit(p, BPF_RET | BPF_K, action, 0, 0);
}

/* The low half of an argument: nothing that is looked at is wider. */
static size_t
arg_offset(unsigned arg)
{
	return offsetof(struct seccomp_data, args) + arg * sizeof(uint64_t) + (__BYTE_ORDER == __BIG_ENDIAN ? 4 : 0);
}

/* What becomes of one call; the program does not go on. */
static void
emit_verdict(struct program *p, const struct denied_call *c)
{
	if (c->bits != 0) {
		emit_load(p, arg_offset(c->arg));
		emit(p, BPF_JMP | BPF_JSET | BPF_K, c->bits, 1, 0);
		emit_return(p, SECCOMP_RET_ALLOW);
	}
	emit_return(p, SECCOMP_RET_ERRNO | (uint32_t)c->err);
}

static bool
same_verdict(const struct denied_call *a, const struct denied_call *b)
{
	return a->err == b->err && a->arg == b->arg && a->bits == b->bits;
}

/* The verdicts on n calls whose comparisons are at p->v[first...]; equal ones are shared. */
static void
emit_verdicts(struct program *p, unsigned first, const struct denied_call *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t same = 0;

		while (!same_verdict(&c[same], &c[i]))
			same++;
		if (same < i) {
			p->v[first + i].jt = (uint8_t)(p->v[first + same].jt - (i - same));
			continue;
		}
		p->v[first + i].jt = (uint8_t)(p->n - (first + i) - 1);
		emit_verdict(p, &c[i]);
	}
}

/*
 * Calls in order of their numbers, CHUNK of them behind one comparison that may skip them all.  When the filter is loaded, the
 * kernel goes through it for every call there is, so its size and the way through it count.
 */
#define CHUNK 14

static void
emit_chunk(struct program *p, const struct denied_call *c, size_t n, bool last)
{
	unsigned skip = p->n, first;

	if (!last)
		emit(p, BPF_JMP | BPF_JGE | BPF_K, (uint32_t)c[n].nr, 0, 0);
	first = p->n;
	for (size_t i = 0; i < n; i++)
		emit(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)c[i].nr, 0, 0);
	emit_return(p, SECCOMP_RET_ALLOW);
	emit_verdicts(p, first, c, n);
	if (!last)
		p->v[skip].jt = (uint8_t)(p->n - skip - 1);
}

static int
by_number(const void *a, const void *b)
{
	const struct denied_call *x = a, *y = b;

	return (x->nr > y->nr) - (x->nr < y->nr);
}

static bool
make_program(struct program *p)
{
	struct denied_call calls[countof(denied_calls)];

	memcpy(calls, denied_calls, sizeof(calls));
	qsort(calls, countof(calls), sizeof(calls[0]), by_number);
	p->n = 0;
	emit_load(p, offsetof(struct seccomp_data, arch));
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0);
	emit_return(p, SECCOMP_RET_ERRNO | ENOSYS);
	emit_load(p, offsetof(struct seccomp_data, nr));
#ifdef X32_BIT
	emit(p, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
	emit_return(p, SECCOMP_RET_ERRNO | ENOSYS);
#endif
	for (size_t i = 0; i < countof(calls) && p->n + CHUNK * 6 < MAX_PROGRAM; i += CHUNK) {
		size_t left = countof(calls) - i;

		emit_chunk(p, calls + i, left < CHUNK ? left : CHUNK, left <= CHUNK);
	}
	return p->n + CHUNK * 6 < MAX_PROGRAM;
}

int
sandbox_deny(void)
{
	struct program p;
	struct sock_fprog prog = {.filter = p.v};

	if (!make_program(&p)) {
		errno = E2BIG;
		return -1;
	}
	prog.len = (unsigned short)p.n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0);
}

#else

int
sandbox_deny(void)
{
	errno = ENOSYS;
	return -1;
}

#endif
