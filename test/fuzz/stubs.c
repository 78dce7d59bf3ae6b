/*
 * stubs.c - as much of a backend as the types' code needs to run without one.
 *
 * Every palloc is a malloc, so that AddressSanitizer sees each chunk's end; all
 * are freed after each input.  An error jumps back to the harness.
 */
#include "postgres.h"

#include <setjmp.h>

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "fuzz.h"

jmp_buf		fuzz_error;
MemoryContext CurrentMemoryContext = NULL;
MemoryContext TopMemoryContext = NULL;

static void **chunks;
static size_t nchunks;
static size_t room;

static void *
remember(void *p)
{
	if (nchunks == room)
	{
		room = room ? room * 2 : 1024;
		chunks = realloc(chunks, room * sizeof(void *));
	}
	return chunks[nchunks++] = p;
}

void
fuzz_free_all(void)
{
	while (nchunks > 0)
		free(chunks[--nchunks]);
}

static void
fail(void)
{
	longjmp(fuzz_error, 1);
}

void *
palloc(Size n)
{
	if (!AllocSizeIsValid(n))
		fail();
	return remember(malloc(n ? n : 1));
}

void *
palloc0(Size n)
{
	return memset(palloc(n), 0, n);
}

/* Freed with the rest: here a use after pfree goes unnoticed, a use after realloc does not. */
void
pfree(void *p)
{
	(void) p;
}

void *
repalloc(void *p, Size n)
{
	size_t		i = nchunks;

	if (!AllocSizeIsValid(n))
		fail();
	while (chunks[--i] != p)
		;
	return chunks[i] = realloc(p, n);
}

/* ---- errors */

bool
errstart(int level, const char *domain)
{
	return level >= ERROR;
}

bool
errstart_cold(int level, const char *domain)
{
	return level >= ERROR;
}

void
errfinish(const char *file, int line, const char *function)
{
	fail();
}

/* Soft errors, from 16 on; the harness never asks for them, so they are errors. */
struct Node;
bool
errsave_start(struct Node *context, const char *domain)
{
	return true;
}

void
errsave_finish(struct Node *context, const char *file, int line, const char *function)
{
	fail();
}

#define IGNORED(name) int name(const char *format, ...) { return 0; }
IGNORED(errmsg)
IGNORED(errmsg_internal)
IGNORED(errdetail)
IGNORED(errhint)

int
errcode(int code)
{
	return 0;
}

/* ---- strings and messages */

void
initStringInfo(StringInfo s)
{
	s->maxlen = 64;
	s->data = palloc(64);
	resetStringInfo(s);
}

void
resetStringInfo(StringInfo s)
{
	s->data[0] = '\0';
	s->len = 0;
	s->cursor = 0;
}

void
enlargeStringInfo(StringInfo s, int needed)
{
	Size		want = (Size) s->len + (Size) needed + 1;

	if (needed < 0 || want > MaxAllocSize)
		fail();
	if (want <= (Size) s->maxlen)
		return;
	s->maxlen = (int) Max(want, (Size) s->maxlen * 2);
	s->data = repalloc(s->data, (Size) s->maxlen);
}

void
appendBinaryStringInfo(StringInfo s, const FUZZ_BINARY *data, int len)
{
	enlargeStringInfo(s, len);
	memcpy(s->data + s->len, data, (size_t) len);
	s->len += len;
	s->data[s->len] = '\0';
}

void
appendStringInfoString(StringInfo s, const char *text)
{
	appendBinaryStringInfo(s, text, (int) strlen(text));
}

void
appendStringInfoChar(StringInfo s, char c)
{
	appendBinaryStringInfo(s, &c, 1);
}

void
appendStringInfo(StringInfo s, const char *format,...)
{
	va_list		args;
	int			len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	enlargeStringInfo(s, len);
	va_start(args, format);
	vsnprintf(s->data + s->len, (size_t) len + 1, format, args);
	va_end(args);
	s->len += len;
}

void
pq_begintypsend(StringInfo buf)
{
	initStringInfo(buf);
	appendBinaryStringInfo(buf, "\0\0\0\0", 4);
}

void
pq_sendbytes(StringInfo buf, const FUZZ_BINARY *data, int len)
{
	appendBinaryStringInfo(buf, data, len);
}

bytea *
pq_endtypsend(StringInfo buf)
{
	SET_VARSIZE(buf->data, buf->len);
	return (bytea *) buf->data;
}

void
pq_copymsgbytes(StringInfo msg, char *buf, int len)
{
	if (len < 0 || len > msg->len - msg->cursor)
		fail();
	memcpy(buf, msg->data + msg->cursor, (size_t) len);
	msg->cursor += len;
}

/* ---- what is left */

struct varlena *
pg_detoast_datum(struct varlena *datum)
{
	return datum;
}

struct varlena *
pg_detoast_datum_packed(struct varlena *datum)
{
	return datum;
}

char *
text_to_cstring(const text *t)
{
	abort();
}

int
AggCheckCallContext(FunctionCallInfo fcinfo, MemoryContext *context)
{
	return AGG_CONTEXT_AGGREGATE;
}

/* One byte a character. */
bool
pg_verifymbstr(const char *text, int len, bool no_error)
{
	return true;
}

int
pg_mbcliplen(const char *text, int len, int limit)
{
	return Min(len, limit);
}

struct varlena *
pg_detoast_datum_copy(struct varlena *value)
{
	return memcpy(palloc(VARSIZE(value)), value, VARSIZE(value));
}
