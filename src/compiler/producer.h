/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gcc writes its options into DW_AT_producer, and with them the
 * -fdirectives-only that we added for the volunteer and the user never gave.
 * It is the one detail of debug info in which such an object differs from a
 * local one, apart from the order of strings in .debug_str (gcc writes them in
 * the order of a hash table, and this string has another hash).
 */
#ifndef COMPILER_PRODUCER_H
#define COMPILER_PRODUCER_H

/*
 * Take the option out of the producer string in the object in fd, open for
 * reading and writing.  The string becomes shorter in its place and zero bytes
 * fill the gap, so that no offset changes.
 *
 * 1 when done, 0 when there is nothing to do (no such string, compressed debug
 * sections, no ELF file of this machine's byte order: the file is untouched),
 * -1 with errno when reading or writing failed (the file is then undefined).
 */
int producer_clean(int fd);

#endif
