/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/sandbox_deny.h"

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
#define X32_BIT 0x40000000u	/* the same architecture for seccomp, and mostly the same numbers */
#define SECOND AUDIT_ARCH_I386
#elif defined(__i386__)
#define NATIVE AUDIT_ARCH_I386
#elif defined(__aarch64__)
#define NATIVE (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? EM_AARCH64 | __AUDIT_ARCH_64BIT : AUDIT_ARCH_AARCH64)
#elif defined(__arm__)
#define NATIVE (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? AUDIT_ARCH_ARMEB : AUDIT_ARCH_ARM)
#elif defined(__powerpc64__)
#define NATIVE (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? AUDIT_ARCH_PPC64 : AUDIT_ARCH_PPC64LE)
#elif defined(__riscv) && __riscv_xlen == 64
#define NATIVE AUDIT_ARCH_RISCV64
#elif defined(__s390x__)
#define NATIVE AUDIT_ARCH_S390X
#elif defined(__loongarch64)
#define NATIVE AUDIT_ARCH_LOONGARCH64
#endif

#ifdef NATIVE

#define MAX_PROGRAM 2048
#define MAX_CALLS 256

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
	return offsetof(struct seccomp_data, args) + arg * sizeof(uint64_t) + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0);
}

/* NULL: allowed. */
static void
emit_verdict(struct program *p, const struct denied_call *c)
{
	if (c != NULL && c->bits != 0) {
		emit_load(p, arg_offset(c->arg));
		emit(p, BPF_JMP | BPF_JSET | BPF_K, c->bits, 1, 0);
		emit_return(p, SECCOMP_RET_ALLOW);
	}
	emit_return(p, c == NULL ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | (uint32_t)c->err);
}

/* Calls from that number on have one verdict, up to the next range. */
struct range {
	uint32_t from;
	const struct denied_call *verdict;
};

static bool
same_verdict(const struct denied_call *a, const struct denied_call *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->err == b->err && a->arg == b->arg && a->bits == b->bits;
}

static size_t
add_range(struct range *v, size_t n, uint32_t from, const struct denied_call *verdict)
{
	if (n > 0 && v[n - 1].from == from)
		n--;
	if (n > 0 && same_verdict(v[n - 1].verdict, verdict))
		return n;
	v[n] = (struct range){from, verdict};
	return n + 1;
}

/* Where a jump leads once the verdicts have their places. */
struct to_verdict {
	unsigned at;		/* the jump */
	bool yes;		/* if its condition holds, else if not */
	const struct denied_call *verdict;
};

/* Jumps reach no more than 255 instructions ahead: those of so many ranges, and their verdicts. */
#define MAX_GROUP 100

struct group {
	struct to_verdict v[2 * MAX_GROUP];
	size_t n;
};

static void
emit_search(struct program *p, struct group *g, const struct range *v, size_t n)
{
	unsigned at = p->n;
	size_t half = n / 2;

	emit(p, BPF_JMP | BPF_JGE | BPF_K, v[half].from, 0, 0);
	if (half > 1)
		emit_search(p, g, v, half);
	else
		g->v[g->n++] = (struct to_verdict){at, false, v[0].verdict};
	if (n - half > 1) {
		p->v[at].jt = (uint8_t)(p->n - at - 1);
		emit_search(p, g, v + half, n - half);
	} else {
		g->v[g->n++] = (struct to_verdict){at, true, v[half].verdict};
	}
}

/* Each verdict once, behind the search. */
static void
emit_verdicts(struct program *p, const struct group *g)
{
	for (size_t i = 0; i < g->n; i++) {
		unsigned here = p->n;
		size_t j = 0;

		while (!same_verdict(g->v[j].verdict, g->v[i].verdict))
			j++;
		if (j < i)
			continue;
		emit_verdict(p, g->v[i].verdict);
		for (; j < g->n; j++) {
			struct sock_filter *jump = &p->v[g->v[j].at];

			if (same_verdict(g->v[j].verdict, g->v[i].verdict))
				*(g->v[j].yes ? &jump->jt : &jump->jf) = (uint8_t)(here - g->v[j].at - 1);
		}
	}
}

/*
 * A search in halves: when the filter is loaded, the kernel goes through it for every call there is, and translates it twice, so both the
 * way through it and its size count.
 */
static void
emit_ranges(struct program *p, const struct range *v, size_t n)
{
	struct group g = {.n = 0};
	unsigned at = p->n;

	if (n == 1) {
		emit_verdict(p, v[0].verdict);
	} else if (n <= MAX_GROUP) {
		emit_search(p, &g, v, n);
		emit_verdicts(p, &g);
	} else {
		emit(p, BPF_JMP | BPF_JGE | BPF_K, v[n / 2].from, 0, 1);
		emit(p, BPF_JMP | BPF_JA, 0, 0, 0);
		emit_ranges(p, v, n / 2);
		p->v[at + 1].k = p->n - at - 2;
		emit_ranges(p, v + n / 2, n - n / 2);
	}
}

static int
by_number(const void *a, const void *b)
{
	const struct denied_call *x = a, *y = b;

	return (x->nr > y->nr) - (x->nr < y->nr);
}

/* The number of the call is loaded. */
static bool
emit_calls(struct program *p, const struct denied_call *v, size_t n)
{
	struct denied_call calls[MAX_CALLS];
	struct range ranges[2 * MAX_CALLS + 1] = {{0, NULL}};
	size_t n_ranges = 1;

	if (n > MAX_CALLS)
		return false;
	memcpy(calls, v, n * sizeof(*v));
	qsort(calls, n, sizeof(calls[0]), by_number);
	for (size_t i = 0; i < n; i++) {
		n_ranges = add_range(ranges, n_ranges, (uint32_t)calls[i].nr, &calls[i]);
		n_ranges = add_range(ranges, n_ranges, (uint32_t)calls[i].nr + 1, NULL);
	}
	emit_ranges(p, ranges, n_ranges);
	return true;
}

static bool
make_program(struct program *p, bool native_only)
{
	unsigned other;

	p->n = 0;
	emit_load(p, offsetof(struct seccomp_data, arch));
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0);
	other = p->n;
	emit(p, BPF_JMP | BPF_JA, 0, 0, 0);
	emit_load(p, offsetof(struct seccomp_data, nr));
#ifdef X32_BIT
	emit(p, BPF_ALU | BPF_AND | BPF_K, ~X32_BIT, 0, 0);
#endif
	if (!emit_calls(p, denied_calls, countof(denied_calls)))
		return false;
	p->v[other].k = p->n - other - 1;
#ifdef SECOND
	if (!native_only && sandbox_n_calls_i386 > 0) {
		emit(p, BPF_JMP | BPF_JEQ | BPF_K, SECOND, 1, 0);
		emit_return(p, SECCOMP_RET_ERRNO | ENOSYS);
		emit_load(p, offsetof(struct seccomp_data, nr));
		return emit_calls(p, sandbox_calls_i386, sandbox_n_calls_i386) && p->n < MAX_PROGRAM;
	}
#endif
	(void)native_only;
	emit_return(p, SECCOMP_RET_ERRNO | ENOSYS);
	return p->n < MAX_PROGRAM;
}

/* Made before they are needed, as processes that need them are many and short.  By native_only. */
static struct program programs[2];

bool
sandbox_deny_prepare(void)
{
	for (int native_only = 0; native_only < 2; native_only++) {
		struct program *p = &programs[native_only];

		if (p->n == 0 && !make_program(p, native_only)) {
			p->n = 0;
			errno = E2BIG;
			return false;
		}
	}
	return true;
}

int
sandbox_deny(bool native_only)
{
	struct sock_fprog prog = {.filter = programs[native_only].v};

	if (!sandbox_deny_prepare())
		return -1;
	prog.len = (unsigned short)programs[native_only].n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0);
}

#else

bool
sandbox_deny_prepare(void)
{
	errno = ENOSYS;
	return false;
}

int
sandbox_deny(bool native_only)
{
	(void)native_only;
	errno = ENOSYS;
	return -1;
}

#endif
