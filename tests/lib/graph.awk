# SPDX-License-Identifier: GPL-2.0-or-later
# A project of headers that include each other in any way there is, made up by a seed:
#
#	awk -v seed=N -v cc=gcc -v top=DIR -f graph.awk
#
# writes it below DIR (whose directories are there, graph_dirs of graphs_test.sh) and prints the command that compiles it.

function any(n) { return int(rand() * n) }
function pick(list,   part) { return part[1 + any(split(list, part, " "))] }
function name() { return pick("h0.h h1.h h2.h h3.h h4.h h5.h common.h config.h") }
function serial() { return ++number }

# One way to include something that is there, seen from DIR.
function including(   t, at, dir) {
	do {
		t = name()
		at = pick("./ ./ - - - - a/ b/ a/x/ b/y/ a/../b/ sys/ la/")
		dir = at == "la/" ? "a/" : at == "a/../b/" ? "b/" : at
	} while (!(dir t in there) && at != "-" && at != "./")
	return including_by(any(13), t, at == "-" ? "" : at)
}

function including_by(way, t, at) {
	if (way < 2)
		return "#include \"" at t "\""
	if (way == 2)
		return "#  include <" at t ">"
	if (way == 3)
		return "#include_next <" t ">"
	if (way == 4)
		return "#import \"" at t "\""
	if (way == 5)
		return "#undef HDR\n#define HDR \"" at t "\"\n#include HDR"
	if (way == 6)
		return "#undef S\n#undef XS\n#define XS(x) #x\n#define S(x) XS(x)\n#include S(" at t ")"
	if (way == 7)
		return "#undef P\n#undef Q\n#define P(n) <" at "n>\n#define Q(n) P(n)\n#include Q(" t ")"
	if (way == 8)
		return "#if defined __has_include\n#if __has_include(\"" at t "\")\n#include \"" at t "\"\nenum { e" serial() " };\n#endif\n#endif"
	if (way == 9)
		return "/* #include \"none.h\" */ # /**/ include /**/ \"" at t "\" // x"
	if (way == 10)
		return "#inc\\\nlude \\\n \"" at t "\""
	if (way == 11)
		return "#if " pick("0 1 __LINE__>3 defined(FOO)") "\n#include \"" at t "\"\n#else\n#include <" t ">\n#endif"
	return "const char *s" serial() " = \"#include \\\"none.h\\\"\";\n#ifdef NEVER\n#include \"" at t "\"\n#endif"
}

function write_header(path,   guard, i, n) {
	guard = rand() < .8 ? "G" serial() : ""
	printf("%s\n", guard != "" ? "#ifndef " guard "\n#define " guard : "#pragma once") >path
	n = any(6) - 4
	for (i = 0; i < n; i++)
		print including() >path
	print "static inline int f" serial() "(void) { return __LINE__; }" >path
	if (rand() < .2)
		print "static const char *n" serial() " = __FILE__;" >path
	if (guard != "")
		print "#endif" >path
	close(path)
}

function option(   kind) {
	kind = pick("-I -I -iquote -iquote -iquote -isystem -isystem -idirafter -include -imacros -iwithprefix")
	if (kind == "-iwithprefix")
		return "-iprefix a/ -iwithprefix x"
	if (kind == "-include" || kind == "-imacros")
		return rand() < .4 ? kind " " name() : ""
	return kind " " pick("a a b b a/x b/y sys deep/er la deep/lb b/y/.. ./a/../b none")
}

BEGIN {
	srand(seed)
	split(". a b a/x b/y sys deep/er", dirs, " ")
	split("h0.h h1.h h2.h h3.h h4.h h5.h common.h config.h", names, " ")
	# all are in ".", so that what is named without a directory is found
	for (d = 1; d in dirs; d++)
		for (n = 1; n in names; n++)
			if (dirs[d] == "." || rand() < .5)
				there[dirs[d] "/" names[n]]
	for (d = 1; d in dirs; d++)
		for (n = 1; n in names; n++)
			if (dirs[d] "/" names[n] in there)
				write_header(top "/" dirs[d] "/" names[n])
	source = pick("m.c a/m.c deep/m.c deep/m.c")
	for (i = any(4); i >= 0; i--)
		print including() >(top "/" source)
	print "int main(void) { return 0; }" >(top "/" source)
	command = cc " -I."
	for (i = 2 + any(6); i >= 0; i--)
		command = command " " option()
	print command, pick("-g -MMD -g -Wall -DFOO"), "-c", source, "-o m.o"
}
