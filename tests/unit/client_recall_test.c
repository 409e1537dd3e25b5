/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tree that is remembered: whatever changes, inputs_collect with a cache gives the tree that it gives without one.  And where
 * it may, it does remember: what the compiler says of its own directories is asked for once.
 */
#include "client/recall.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/ccname.h"
#include "client/gather.h"
#include "client/inputs.h"
#include "tests/unit/check.h"
#include "tests/unit/world.h"

/* The compiler: counts how often it is asked. */
#define COMPILER "#!/bin/sh\necho x >>asked\nexec gcc \"$@\"\n"

static struct ccname cc;
static struct args args;

static void
make_world(const char *world)
{
	static char *const argv[] = {(char *)(uintptr_t)"gcc", (char *)(uintptr_t)"-Ione", (char *)(uintptr_t)"-Itwo", (char *)(uintptr_t)"-c",
		(char *)(uintptr_t)"src/a.c", NULL};
	char *path = xasprintf("%s/gcc", world);

	CHECK(mkdir("one", 0755) == 0 && mkdir("two", 0755) == 0 && mkdir("src", 0755) == 0 && mkdir("three", 0755) == 0);
	world_write("gcc", COMPILER);
	CHECK(chmod("gcc", 0755) == 0);
	world_write("src/a.c", "#include <stdio.h>\n#include \"h.h\"\n#include <g.h>\n#include \"l.h\"\n#include MACRO\n");
	world_write("src/h.h", "int h;\n");
	world_write("two/g.h", "#if __has_include(\"maybe.h\")\n#endif\n");
	world_write("three/real.h", "int l;\n");
	world_write("three/other.h", "int l;\n");
	CHECK(symlink("../three/real.h", "one/l.h") == 0);
	ccname_init(&cc, "gcc", path);
	free(path);
	args_scan(argv, CC_GCC, NULL, &args);
	CHECK_INT(ARGS_OK, args.why);
}

/* The listing, and what else there is to be known; or why there is none. */
static void
collect(struct cache *c, struct buf *out)
{
	struct inputs in;

	if (inputs_collect(c, &cc, &args, true, &in)) {
		tree_encode(&in.tree, out);
		buf_addf(out, "source %s absolute %d timed %d text ", in.tree.v[in.source].path, in.absolute, in.timed);
		for (size_t i = 0; i < in.tree.n; i++)
			buf_addf(out, "%d", in.tree.v[i].text);
	} else {
		buf_adds(out, in.why);
	}
	inputs_free(&in);
}

static size_t
size_of(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 ? (size_t)st.st_size : 0;
}

/* After a change: twice with a cache, as the second may recall what the first has put there, and once without. */
static void
same_as_without(const char *what)
{
	struct buf with = BUF_INIT, again = BUF_INIT, without = BUF_INIT;
	struct cache *c = cache_open(".");

	collect(c, &with);
	cache_close(c);
	c = cache_open(".");
	collect(c, &again);
	cache_close(c);
	collect(NULL, &without);
	CHECK_ROW(what, without.n > 0 && with.n == without.n && memcmp(with.p, without.p, with.n) == 0);
	CHECK_ROW(what, again.n == without.n && memcmp(again.p, without.p, again.n) == 0);
	buf_free(&with);
	buf_free(&again);
	buf_free(&without);
}

/* name: written anew, with text; NULL: removed; "->": made a link to what follows. */
static const struct { const char *what, *name, *text; } changes[] = {
	{"nothing", NULL, NULL},
	{"the source, which includes the same", "src/a.c", "/* */\n#include <stdio.h>\n#include \"h.h\"\n#include <g.h>\n#include \"l.h\"\n"},
	{"a header", "src/h.h", "long h;\n"},
	{"a header that includes one more", "src/h.h", "#include <more.h>\n"},
	{"the one more is there", "two/more.h", ""},
	{"another one before it", "one/more.h", "int other;\n"},
	{"it goes again", "one/more.h", NULL},
	{"what may be there is there", "one/maybe.h", ""},
	{"beside the one who asks, too", "two/maybe.h", "int maybe;\n"},
	{"a file that nobody asks for", "one/stranger.h", "#error\n"},
	{"a link leads elsewhere", "one/l.h", "->../three/other.h"},
	{"to what is not there", "one/l.h", "->../three/none.h"},
	{"where it leads to is there", "three/none.h", "int none;\n"},
	{"a file in its place", "one/l.h", "#include <limits.h>\n"},
	{"one with the same content", "two/g.h", "long h;\n"},
	{"one of the system's is hidden", "one/stdio.h", "int printf();\n"},
	{"and seen again", "one/stdio.h", NULL},
	{"a macro decides", "src/a.c", "#include \"h.h\"\n#include MACRO\n"},
	{"it is defined", "src/h.h", "#define MACRO <g.h>\n"},
	{"in another way", "src/h.h", "#define MACRO \"../three/real.h\"\n"},
	{"by a file that was empty", "two/more.h", "#define MACRO <maybe.h>\n"},
	{"which is pulled in", "src/h.h", "#define MACRO \"../three/real.h\"\n#include <more.h>\n"},
	{"the time counts", "src/h.h", "#define MACRO \"../three/real.h\"\nconst char *now = __TIME__;\n"},
	{"an empty header, and it does not", "src/h.h", ""},
	{"the assembler reads a header, too", "src/a.c", "#include \"h.h\"\n#include <g.h>\n__asm__(\".incbin \\\"src/h.h\\\"\");\n"},
	{"the source is gone", "src/a.c", NULL},
	{"and is there again", "src/a.c", "#include \"../src/../one/l.h\"\n"},
};

static void
change(size_t row)
{
	const char *name = changes[row].name, *text = changes[row].text;

	if (name == NULL)
		return;
	/* as editors do: a new file, or the old one; each in its turn */
	if (row % 2 == 0 || text == NULL || text[0] == '-')
		(void)!unlink(name);
	if (text != NULL && starts_with(text, "->"))
		CHECK_ROW(changes[row].what, symlink(text + 2, name) == 0);
	else if (text != NULL)
		world_write(name, text);
}

static void
changes_are_seen(void)
{
	for (size_t i = 0; i < countof(changes); i++) {
		change(i);
		same_as_without(changes[i].what);
	}
}

static void
other_commands_have_other_trees(void)
{
	static char *const argv[] = {(char *)(uintptr_t)"gcc", (char *)(uintptr_t)"-Itwo", (char *)(uintptr_t)"-Ione", (char *)(uintptr_t)"-c",
		(char *)(uintptr_t)"src/a.c", NULL};

	world_write("src/a.c", "#include <both.h>\n");
	world_write("one/both.h", "int one;\n");
	world_write("two/both.h", "int two;\n");
	same_as_without("the first command");
	args_free(&args);
	args_scan(argv, CC_GCC, NULL, &args);
	same_as_without("the other order");
	setenv("C_INCLUDE_PATH", "three", 1);
	world_write("three/none.h", "#include <real.h>\n");
	world_write("src/a.c", "#include <none.h>\n#include <both.h>\n");
	same_as_without("with a variable");
	unsetenv("C_INCLUDE_PATH");
	same_as_without("and without");
}

/* Not a word of the compiler's is needed the second time. */
static void
what_is_known_is_not_asked_for(void)
{
	struct cache *c = cache_open(".");
	struct buf out = BUF_INIT;
	size_t asked;

	collect(c, &out);
	cache_close(c);
	asked = size_of("asked");
	CHECK(asked > 0);
	c = cache_open(".");
	collect(c, &out);
	cache_close(c);
	CHECK_INT(asked, size_of("asked"));
	buf_free(&out);
}

int
main(void)
{
	const char *world = world_new();

	make_world(world);
	what_is_known_is_not_asked_for();
	changes_are_seen();
	other_commands_have_other_trees();
	args_free(&args);
	ccname_free(&cc);
	world_remove(world);
	return check_done();
}
