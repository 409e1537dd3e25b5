/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of rules that gcc reads for -specs=FILE ("nano.specs", "musl-gcc.specs"), as far as they bear on a compile elsewhere.
 * Source: GCC manual, "Specifying Subprocesses and the Switches to Pass to Them".  No I/O.
 */
#ifndef COMPILER_GCCSPECS_H
#define COMPILER_GCCSPECS_H

/*
 * What would make gcc read a file that neither it nor we tell of, run a program that is not its own, or ask for something of this machine;
 * NULL: nothing.  Rules for the linker do not count.  Static text.
 */
const char *gccspecs_trouble(const char *text);

#endif
