/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One sorted table of the options of gcc and clang and what they mean to us.
 * Sources: GCC manual chapter "Invoking GCC", Clang command line reference.
 */
#ifndef COMPILER_OPTS_H
#define COMPILER_OPTS_H

#include <stdbool.h>
#include <stddef.h>

/* How the option takes its argument. */
enum opt_form {
	OPT_EXACT,	/* the whole word */
	OPT_PREFIX,	/* the word begins with it; the rest belongs to it (-fstack-usage*, -Wl,) */
	OPT_SEPARATE,	/* the argument is the next word (-Xclang x) */
	OPT_EITHER,	/* joined, or the next word if nothing is joined (-o x, -ox, -I x, -Ix) */
};

enum opt_flag {
	OPT_LOCAL = 1 << 0,	/* stays local; the row says why */
	OPT_CPP = 1 << 1,	/* concerns only the preprocessor: not sent with preprocessed text */
	OPT_NO_CPP = 1 << 2,	/* not given to our preprocessor run (-c, -o, -S, -P...) */
	OPT_QUERY = 1 << 3,	/* the compiler only tells something: run it directly, without a slot */
	OPT_GCC = 1 << 4,	/* this row is for gcc only */
	OPT_CLANG = 1 << 5,	/* this row is for clang only */
	OPT_DENY = 1 << 6,	/* a server refuses it outside a sandbox: runs programs, reads or writes files */
	OPT_OUTPUT = 1 << 7,	/* its argument names a file the compiler writes */
	OPT_INPUT = 1 << 8,	/* its argument names a file the compiler reads */
	OPT_LINK = 1 << 9,	/* concerns only the linker: not sent */
	OPT_FAMILY = 1 << 10,	/* the row of a whole family (-f, -m...): most are harmless, but an unknown -fx=DIR/FILE may name a file */
	OPT_REPLICA = 1 << 11,	/* with OPT_LOCAL: in classic mode only, in replica mode it travels; what it writes is in compiler/outputs */
	OPT_NOT_REPLICA = 1 << 12,	/* stays local in replica mode only; the row says why */
};

struct opt {
	const char *name;
	enum opt_form form;
	unsigned flags;
	const char *why;	/* for OPT_LOCAL and OPT_DENY: a phrase such as "writes a file beside the object" */
	int id;			/* OPT_ID_* for those the scanner treats one by one, else 0 */
};

enum opt_id {
	OPT_ID_NONE, OPT_ID_C, OPT_ID_S, OPT_ID_E, OPT_ID_O, OPT_ID_X, OPT_ID_M_ONLY,
	OPT_ID_MD, OPT_ID_MMD, OPT_ID_MF, OPT_ID_MT, OPT_ID_MQ, OPT_ID_MP, OPT_ID_MG,
	OPT_ID_WP, OPT_ID_WA, OPT_ID_G, OPT_ID_SANITIZE, OPT_ID_XPREPROCESSOR, OPT_ID_TARGET,
	OPT_ID_DASHDASH, OPT_ID_NATIVE, OPT_ID_LTO, OPT_ID_NO_LTO, OPT_ID_COMP_DIR,
	OPT_ID_INDENT, OPT_ID_COMMENTS, OPT_ID_NO_INDENT, OPT_ID_NO_WARNINGS, OPT_ID_LLVM, OPT_ID_XCLANG, OPT_ID_PREFIXES, OPT_ID_LAST
};

/*
 * The row for word (an argument that begins with '-'), the longest name that fits, for a compiler of the
 * kind in kind_flags (OPT_GCC, OPT_CLANG or both: then a row that says local wins over one that does
 * not, and gcc's over clang's); NULL when none does.
 * *arg is the joined argument, or NULL if there is none or it is the next word.
 */
const struct opt *opt_find(const char *word, unsigned kind_flags, const char **arg);

/* The word belongs to a family, but what it gives may be a file: "-fnew-option=some/where". */
bool opt_names_file(const struct opt *opt, const char *word);

/* May the assembler get these words (the list of -Wa, or the argument of -Xassembler) elsewhere? */
enum opt_assembler {
	OPT_ASSEMBLER_ANYWHERE,
	OPT_ASSEMBLER_DEBUG,	/* where its source has the name it has here: it makes debug information of it */
	OPT_ASSEMBLER_HERE,
};
enum opt_assembler opt_assembler(const char *list);

/*
 * May LLVM get this option (the argument of clang's -mllvm) elsewhere?  There are thousands, of every release its own: what names a
 * file, or prints what another run would not print again (times), may not.
 */
bool opt_llvm_travels(const char *option);

/*
 * May clang -cc1 get this word (the argument of -Xclang) elsewhere?  What the driver would let travel, and names no file; the words
 * that -cc1 alone knows may read and write what they like.
 */
bool opt_cc1_travels(const char *word);

/* The table itself, for the test that it is sorted and has no duplicates. */
extern const struct opt opt_table[];
extern const size_t opt_count;

#endif
