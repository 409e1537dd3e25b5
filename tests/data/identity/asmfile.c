/* SPDX-License-Identifier: GPL-2.0-or-later */
__asm__(".pushsection .rodata\n.globl blob\nblob: .incbin \"pre.h\"\n.popsection\n");
int asmfile;
