/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A light parser: it knows brackets, where statements begin and end, and the words that guard a statement.  Of each
 * guarded statement it compares, as gcc does, the places of the guard, of the first token of the body, and of the first token
 * behind the body.
 */
#include "compiler/indent.h"

#include <string.h>

#include "base/util.h"
#include "compiler/ctok.h"

#define TAB 8
#define DEPTH_MAX 256
#define GUARDS_MAX 512
#define GUARDS_OF_STATEMENT 16

/* if, else, for..., or a macro that seems to stand for one of them; its statement has not ended. */
struct guard {
	struct ctok at;
	struct ctok body;	/* CTOK_END until it comes */
	enum { GUARD_OTHER, GUARD_IF, GUARD_DO } type;
};

/* An open bracket; the outermost stands for the file. */
struct frame {
	char open;
	bool statement;		/* of a block: it is a statement, not part of a longer one */
	bool guard_head;	/* of parentheses: they follow if, for... */
	bool call;		/* of parentheses: they follow the word that begins a statement */

	bool fresh;		/* a statement begins with the next token */
	bool ended;		/* one has ended ... */
	bool unless_operator;	/* ... unless the next token is an operator that goes on */
	bool head_next;		/* if, for... came, its parentheses are next */
	bool do_tail;		/* the while of a do is next */
	bool label;		/* the statement begins with case or default */
	struct ctok first;	/* the word that begins the statement; CTOK_END: it is not the last token any more */
	bool called;		/* first and its parentheses are all there is yet */
	size_t guards;		/* where its guards begin */
};

struct parser {
	struct ctok_stream text;
	struct frame frames[DEPTH_MAX];
	size_t depth;
	struct guard guards[GUARDS_MAX];
	size_t guard_count;
	const char *last_line;	/* that of the last token */
	bool misleads;
};

static struct frame *
top(struct parser *s)
{
	return &s->frames[s->depth];
}

/* The column that an editor shows for p, from 0. */
static unsigned
column(const char *line, const char *p)
{
	unsigned col = 0;

	for (; line < p; line++)
		col = *line == '\t' ? col / TAB * TAB + TAB : col + 1;
	return col;
}

/* The column of what comes first on the line of t, be it a comment. */
static unsigned
first_column(const struct ctok *t)
{
	const char *p = t->line;

	while (*p == ' ' || *p == '\t')
		p++;
	return column(t->line, p);
}

static unsigned
column_of(const struct ctok *t)
{
	return column(t->line, t->p);
}

/* Would the statement that begins with next, behind the body of g, be taken for a part of the body? */
static bool
seems_guarded(const struct guard *g, const struct ctok *next)
{
	const struct ctok *body = &g->body;
	unsigned guard_first = first_column(&g->at), next_column = column_of(next), body_column;

	if (body->type == CTOK_END || ctok_is(body, "{") || next->type == CTOK_END || next->file != body->file)
		return false;
	if (ctok_is(next, "}") || ctok_is(next, ";") || ctok_is(next, "else"))
		return false;
	if (next->line == body->line)
		return g->at.line != body->line || column_of(&g->at) == guard_first;
	body_column = column_of(body);
	if (!ctok_is(body, ";"))
		return next_column == body_column && guard_first < body_column;
	if (body->line == g->at.line)
		return next_column > guard_first || (next_column == guard_first && ctok_is(next, "{"));
	return first_column(body) != body_column && next_column > guard_first;
}

static void
push_guard(struct parser *s, const struct ctok *at, int type)
{
	struct frame *f = top(s);

	if (s->guard_count == GUARDS_MAX) {
		s->misleads = true;
		return;
	}
	/* A long chain of else if: the oldest can hardly matter. */
	if (s->guard_count - f->guards == GUARDS_OF_STATEMENT) {
		memmove(&s->guards[f->guards], &s->guards[f->guards + 1], (GUARDS_OF_STATEMENT - 1) * sizeof(s->guards[0]));
		s->guard_count--;
	}
	s->guards[s->guard_count++] = (struct guard){.at = *at, .type = type};
}

/* A call at the beginning of a statement that goes on with body. */
static void
push_macro_guard(struct parser *s, const struct ctok *body)
{
	push_guard(s, &top(s)->first, GUARD_OTHER);
	s->guards[s->guard_count - 1].body = *body;
}

/* The if that an else belongs to is done, and so is all that it guards. */
static void
pop_if(struct parser *s)
{
	size_t i = s->guard_count;

	while (i > top(s)->guards)
		if (s->guards[--i].type == GUARD_IF) {
			s->guard_count = i;
			return;
		}
}

/* A statement is over; next follows. */
static void
end_statement(struct parser *s, const struct ctok *next)
{
	struct frame *f = top(s);

	f->ended = false;
	f->fresh = true;
	f->label = f->called = f->head_next = false;
	f->first.type = CTOK_END;
	if (ctok_is(next, "else")) {
		pop_if(s);
		return;
	}
	while (s->guard_count > f->guards) {
		const struct guard *g = &s->guards[--s->guard_count];

		if (g->type == GUARD_DO && ctok_is(next, "while")) {
			f->do_tail = true;
			return;
		}
		s->misleads = s->misleads || (g->type != GUARD_DO && seems_guarded(g, next));
	}
}

static void
push_frame(struct parser *s, const struct ctok *t)
{
	struct frame *f = top(s);

	if (s->depth + 1 == DEPTH_MAX) {
		s->misleads = true;
		return;
	}
	s->depth++;
	*top(s) = (struct frame){.open = *t->p, .guards = s->guard_count, .fresh = *t->p == '{'};
	if (*t->p == '{') {
		top(s)->statement = f->fresh;
	} else {
		top(s)->guard_head = f->head_next;
		top(s)->call = f->first.type != CTOK_END && !f->called;
	}
	f->fresh = f->head_next = false;
}

/* A bracket without its fellow is closed with the one around it. */
static void
pop_frame(struct parser *s, char open)
{
	struct frame closed, *f;

	while (s->depth > 0 && top(s)->open != open && open == '{')
		s->depth--;
	if (s->depth == 0 || top(s)->open != open)
		return;
	closed = *top(s);
	s->guard_count = closed.guards;
	s->depth--;
	f = top(s);
	if (open == '{') {
		f->first.type = CTOK_END;
		f->called = false;
		f->ended = f->open == '{';
		f->unless_operator = !closed.statement;
	} else {
		f->fresh = closed.guard_head;
		f->called = closed.call;
	}
}

/* In a block, not in parentheses. True if the word is dealt with. */
static bool
guard_word(struct parser *s, const struct ctok *t)
{
	struct frame *f = top(s);

	if (f->do_tail) {
		f->do_tail = f->fresh = false;
		return true;
	}
	if (ctok_is(t, "else") || ctok_is(t, "do")) {
		push_guard(s, t, ctok_is(t, "do") ? GUARD_DO : GUARD_OTHER);
		f->fresh = true;
		return true;
	}
	if (ctok_is(t, "if") || ctok_is(t, "for") || ctok_is(t, "while") || ctok_is(t, "switch")) {
		push_guard(s, t, ctok_is(t, "if") ? GUARD_IF : GUARD_OTHER);
		f->fresh = false;
		f->head_next = true;
		return true;
	}
	return false;
}

static void
word(struct parser *s, const struct ctok *t)
{
	struct frame *f = top(s);

	/* for_each(x, list) statement; */
	if (f->called && s->depth > 0) {
		push_macro_guard(s, t);
		f->fresh = true;
	}
	f->called = false;
	f->first.type = CTOK_END;
	if (guard_word(s, t) || !f->fresh)
		return;
	f->fresh = false;
	f->first = *t;
	f->label = ctok_is(t, "case") || ctok_is(t, "default");
}

static void
punctuation(struct parser *s, const struct ctok *t)
{
	struct frame *f = top(s);

	switch (*t->p) {
	case '(':
	case '[':
	case '{':
		push_frame(s, t);
		return;
	case ')':
		pop_frame(s, '(');
		return;
	case ']':
		pop_frame(s, '[');
		return;
	case '}':
		pop_frame(s, '{');
		return;
	case ';':
		/* for_each(x, list) with nothing but this on the next line */
		if (f->called && s->depth > 0 && t->line != s->last_line)
			push_macro_guard(s, t);
		if (f->open == '{') {
			f->ended = true;
			f->unless_operator = false;
		}
		break;
	case ':':
		/* behind a label a statement begins */
		f->fresh = f->open == '{' && (f->label || f->first.type != CTOK_END);
		f->first.type = CTOK_END;
		f->called = false;
		return;
	}
	f->fresh = f->called = false;
	f->first.type = CTOK_END;
}

static void
step(struct parser *s, const struct ctok *t)
{
	struct frame *f = top(s);
	struct guard *last;

	if (f->ended && f->unless_operator && t->type == CTOK_PUNCT && *t->p != '{' && *t->p != '}')
		f->ended = false;
	if (f->ended)
		end_statement(s, t);
	if (f->fresh && s->guard_count > f->guards) {
		last = &s->guards[s->guard_count - 1];
		if (last->body.type == CTOK_END)
			last->body = *t;
	}
	if (t->type == CTOK_PUNCT) {
		punctuation(s, t);
	} else if (t->type == CTOK_WORD && f->open == '{') {
		word(s, t);
	} else {
		f->fresh = f->called = false;
		f->first.type = CTOK_END;
	}
}

bool
indent_misleads(const char *p, size_t n)
{
	struct parser s;
	struct ctok t;

	ctok_start(&s.text, p, n);
	s.depth = s.guard_count = 0;
	s.misleads = false;
	s.last_line = p;
	s.frames[0] = (struct frame){.open = '{', .fresh = true};
	do {
		/* statements are in blocks; in parentheses and brackets only their ends matter */
		if (s.depth == 0)
			ctok_next_brace(&s.text, &t);
		else if (top(&s)->open != '{')
			ctok_next_bracket(&s.text, &t);
		else
			ctok_next(&s.text, &t);
		step(&s, &t);
		s.last_line = t.line;
	} while (t.type != CTOK_END && !s.misleads);
	return s.misleads;
}
