# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# For the suites: read JSON with nothing but awk.
#
#	json_flat FILE		"PATH=VALUE" for each value that holds no other, e.g. findings[0].code="no-hosts";
#				false, with the reason on stderr, if FILE is no JSON (RFC 8259)

json_flat() {
	LC_ALL=C awk '
		function fail(why) {
			print "no JSON: " why " at byte " at > "/dev/stderr"
			failed = 1
			exit 1
		}
		function blanks() { while (substr(text, at, 1) ~ /^[ \t\n\r]$/) at++ }
		function string(    from, c) {
			from = at++
			for (;;) {
				c = substr(text, at, 1)
				if (c == "" || c < " ") fail("a string is not closed, or has a control character")
				at++
				if (c == "\"") return substr(text, from, at - from)
				if (c != "\\") continue
				c = substr(text, at, 1)
				if (c == "u") {
					if (substr(text, at + 1, 4) !~ /^[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]$/) fail("bad \\u")
					at += 5
				} else {
					if (c == "" || index("\"\\/bfnrt", c) == 0) fail("bad escape")
					at++
				}
			}
		}
		function value(path,    c, n, key) {
			blanks()
			c = substr(text, at, 1)
			if (c == "{") {
				at++; blanks()
				if (substr(text, at, 1) == "}") { at++; return }
				for (;;) {
					blanks()
					if (substr(text, at, 1) != "\"") fail("a key is missing")
					key = string()
					key = substr(key, 2, length(key) - 2)
					if ((path, key) in seen) fail("the key " key " comes twice")
					seen[path, key] = 1
					blanks()
					if (substr(text, at++, 1) != ":") fail("a colon is missing")
					value(path == "" ? key : path "." key)
					blanks()
					c = substr(text, at++, 1)
					if (c == "}") return
					if (c != ",") fail("a comma is missing")
				}
			}
			if (c == "[") {
				at++; blanks()
				if (substr(text, at, 1) == "]") { at++; return }
				for (n = 0; ; n++) {
					value(path "[" n "]")
					blanks()
					c = substr(text, at++, 1)
					if (c == "]") return
					if (c != ",") fail("a comma is missing")
				}
			}
			if (c == "\"") { print path "=" string(); return }
			if (match(substr(text, at), /^(true|false|null|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?)/)) {
				print path "=" substr(text, at, RLENGTH)
				at += RLENGTH
				return
			}
			fail("no value")
		}
		{ text = text $0 "\n" }
		END {
			if (failed) exit 1
			at = 1
			value("")
			blanks()
			if (at <= length(text)) fail("something stands behind")
		}' "$1"
}
