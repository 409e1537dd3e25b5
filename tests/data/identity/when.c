/* SPDX-License-Identifier: GPL-2.0-or-later */
const char *built = __DATE__ " " __TIME__;
const char *base = __BASE_FILE__;
