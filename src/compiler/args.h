/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One compiler command line: may it travel in classic mode, and in replica mode, where is its source, what does it write,
 * and which commands preprocess here and compile there.  Values in, values out: no process, no socket, no
 * message; only args_expand reads files (@file).
 *
 * The rule: what preprocessing here and compiling there (replica mode: the same command in a copy of what it reads) cannot
 * reproduce exactly stays local.  In case of doubt: local.
 */
#ifndef COMPILER_ARGS_H
#define COMPILER_ARGS_H

#include <stdbool.h>

#include "base/strv.h"
#include "compiler/lang.h"

enum cc_kind { CC_UNKNOWN, CC_GCC, CC_CLANG };

/*
 * From the compiler's name, and the name its links finally lead to ("cc" -> ".../x86_64-linux-gnu-gcc-12"), NULL if
 * unknown.  Not known: treated as a gcc without special options.
 */
enum cc_kind args_cc_kind(const char *name, const char *real_path);

enum args_why {
	ARGS_OK,		/* may travel */
	ARGS_OPTION,		/* the table says local: word and reason are set */
	ARGS_UNKNOWN_OPTION,	/* not in the table and of no known harmless family */
	ARGS_NO_COMPILE,	/* neither -c nor -S: links, or nothing to do */
	ARGS_PREPROCESS,	/* -E, -M, -MM */
	ARGS_QUERY,		/* --version, -dumpmachine...: the compiler only tells something */
	ARGS_NO_SOURCE,
	ARGS_TWO_SOURCES,
	ARGS_OTHER_INPUT,	/* an object or unknown file beside the source */
	ARGS_LANGUAGE,		/* assembler, Fortran, a header... */
	ARGS_STDIN,		/* source "-" */
	ARGS_STDOUT,		/* output "-" */
	ARGS_TWO_OUTPUTS,
	ARGS_OUTPUT_DEVICE,	/* the output exists and is no regular file, where that matters (dependencies) */
	ARGS_CONFTEST,		/* conftest.* of a configure script */
	ARGS_ENVIRONMENT,	/* a variable that changes what the compiler does: word is its name */
	ARGS_ATFILE,		/* an @file that could not be expanded */
	ARGS_MISSING_ARGUMENT,	/* the last option lacks its argument */
};

/* What the caller read from the environment (NULL: unset); names in args_env_names, same order. */
extern const char *const args_env_names[];	/* NULL-terminated: DEPENDENCIES_OUTPUT, SUNPRO_DEPENDENCIES, GCC_EXEC_PREFIX, COMPILER_PATH, GCC_COMPARE_DEBUG, CCC_OVERRIDE_OPTIONS, ... */

struct args_verdict {
	enum args_why why;
	char *word;		/* the option, file or variable that decided; NULL if none */
	const char *reason;	/* a phrase that goes on from word; NULL: why says it all */
};

struct args {
	enum args_why why;	/* in classic mode; word and reason as in struct args_verdict */
	char *word;
	const char *reason;
	struct args_verdict replica;	/* the same for replica mode */

	enum cc_kind kind;
	struct strv argv;	/* the command as given, @file and -Wp, expanded; argv.v[0] is the compiler */
	enum lang lang;		/* of the source, by -x or extension */
	size_t source_at;	/* its place in argv; 0: none */
	char *source;		/* argv.v[source_at] */
	bool asm_out;		/* -S */
	char *output;		/* what -o says, else the default name in the current directory */
	bool output_given;
	bool deps;		/* -MD or -MMD: dep_file is written */
	char *dep_file;		/* what -MF says or the compiler derives (GCC manual, -MD) */
	bool dep_target_given;	/* -MT or -MQ */
	char *dep_target;	/* the target that the compiler would name by itself, unquoted; NULL without deps */
	bool debug;		/* some -g that makes debug info */
	bool sanitize;		/* -fsanitize=...: places become data */
	bool comments;		/* a warning reads every comment */
	const char *native;	/* -march=native, -mtune=native or -mcpu=native (points into argv): compiler/native; NULL: none */
	const char *prefixes;	/* -no-canonical-prefixes (points into argv): the compiler names its files by the links that lead to it; NULL: none */
	bool indent;		/* gcc's -Wmisleading-indentation is on: see compiler/indent.h (in mode FULL it is lost) */
};

/*
 * Expand @file as gcc does (GCC manual, Overall Options, @file: white space, quotes, backslash,
 * nested; a name that cannot be read stays as it is).  0, or -1 when something is out of bounds (depth, size).
 */
int args_expand(char *const *argv, struct strv *out);

/*
 * Scan argv (already expanded; argv[0] the compiler).  env: values in the order of args_env_names; NULL:
 * none is set.  Always fills out; out->why is the verdict.  args_free in every case.
 */
void args_scan(char *const *argv, enum cc_kind kind, const char *const *env, struct args *out);
void args_free(struct args *a);

/* The scan of a's command with the words right behind the compiler.  The environment is not asked again.  args_free in every case. */
void args_insert(const struct args *a, const struct strv *words, struct args *out);

/* One line for a human: why it stays local ("-save-temps writes a file beside the object"). The caller frees. */
char *args_explain(const struct args *a);
/* The same for replica mode. */
char *args_explain_replica(const struct args *a);

/*
 * How to preprocess.
 *   FULL        cc -E: macros expanded, comments gone.
 *   DIRECTIVES  gcc -E -fdirectives-only: only directives are carried out; macros and (see compiler/squeeze.h) comments
 *               stay, so places, columns, macro contexts and warnings are those of the source (gcc only).
 *   NONE        the source is preprocessed already.
 */
enum cpp_mode { CPP_NONE, CPP_DIRECTIVES, CPP_FULL };

/* The mode to try first. */
enum cpp_mode args_cpp_mode(const struct args *a);

/*
 * The command that writes the preprocessed text to stdout.  dep_tmp: where the
 * dependency file goes instead of dep_file (NULL without deps); the target is made the one that the original command gives.
 */
void args_cpp_command(const struct args *a, enum cpp_mode mode, const char *dep_tmp, struct strv *out);

/*
 * The command for the volunteer: compiler (name, as sent), source right behind it (a stock server takes the first word that
 * ends like a source), options that concern the compiler, -o output.  cwd: for clang's -fdebug-compilation-dir.
 */
void args_remote_command(const struct args *a, enum cpp_mode mode, const char *compiler, const char *cwd, struct strv *out);

/*
 * The command for a command of a client, seen from the server: argv as received -> the same with source and output
 * replaced by src and obj.  False (reason in *why, static text, *word points into argv) if the command is not one compile, or if
 * an option is denied outside a sandbox.
 */
bool args_server_command(char *const *argv, const char *src, const char *obj, struct strv *out, const char **why, const char **word);

/* The extension the source must have on the server (".i"...), by name and -x in argv; NULL: refuse. */
const char *args_server_ext(char *const *argv);

/* The source among argv, for messages; NULL if there is none. */
const char *args_server_source(char *const *argv);

#endif
