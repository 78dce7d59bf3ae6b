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
#include "miscadmin.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/expandeddatum.h"
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

/* No context is asked for but the current one, so all chunks are as good as each other. */
void *
palloc_extended(Size n, int flags)
{
	if (!AllocHugeSizeIsValid(n) || (!(flags & MCXT_ALLOC_HUGE) && !AllocSizeIsValid(n)))
		fail();
	return remember(flags & MCXT_ALLOC_ZERO ? calloc(n ? n : 1, 1) : malloc(n ? n : 1));
}

void *
MemoryContextAlloc(MemoryContext context, Size n)
{
	return palloc(n);
}

void *
MemoryContextAllocZero(MemoryContext context, Size n)
{
	return palloc0(n);
}

void *
MemoryContextAllocHuge(MemoryContext context, Size n)
{
	return palloc_extended(n, MCXT_ALLOC_HUGE);
}

static void *
larger(void *p, Size n)
{
	size_t		i = nchunks;

	while (chunks[--i] != p)
		;
	return chunks[i] = realloc(p, n);
}

void *
repalloc(void *p, Size n)
{
	if (!AllocSizeIsValid(n))
		fail();
	return larger(p, n);
}

void *
repalloc_huge(void *p, Size n)
{
	if (!AllocHugeSizeIsValid(n))
		fail();
	return larger(p, n);
}

/* What is in it is freed with the rest. */
MemoryContext
AllocSetContextCreateInternal(MemoryContext parent, const char *name, Size minimum, Size first, Size most)
{
	return NULL;
}

void
MemoryContextDelete(MemoryContext context)
{
}

void
MemoryContextReset(MemoryContext context)
{
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

void
EOH_init_header(ExpandedObjectHeader *eohptr, const ExpandedObjectMethods *methods, MemoryContext context)
{
	varatt_expanded pointer = {eohptr};

	eohptr->vl_len_ = EOH_HEADER_MAGIC;
	eohptr->eoh_methods = methods;
	eohptr->eoh_context = context;
	SET_VARTAG_EXTERNAL(eohptr->eoh_rw_ptr, VARTAG_EXPANDED_RW);
	memcpy(VARDATA_EXTERNAL(eohptr->eoh_rw_ptr), &pointer, sizeof(pointer));
}

struct varlena *
pg_detoast_datum(struct varlena *datum)
{
	varatt_expanded pointer;
	struct varlena *flat;
	Size		size;

	if (!VARATT_IS_EXTERNAL_EXPANDED(datum))
		return datum;
	memcpy(&pointer, VARDATA_EXTERNAL(datum), sizeof(pointer));
	size = pointer.eohptr->eoh_methods->get_flat_size(pointer.eohptr);
	flat = palloc(size);
	pointer.eohptr->eoh_methods->flatten_into(pointer.eohptr, flat, size);
	return flat;
}

struct varlena *
pg_detoast_datum_packed(struct varlena *datum)
{
	return datum;
}

char *
text_to_cstring(const text *t)
{
	return pnstrdup(VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t));
}

char *
pnstrdup(const char *s, Size n)
{
	char	   *copy = palloc(strnlen(s, n) + 1);

	memcpy(copy, s, strnlen(s, n));
	copy[strnlen(s, n)] = '\0';
	return copy;
}

char *
pstrdup(const char *s)
{
	return pnstrdup(s, strlen(s));
}

int
pg_lltoa(int64 v, char *out)
{
	return sprintf(out, "%lld", (long long) v);
}

int
AggCheckCallContext(FunctionCallInfo fcinfo, MemoryContext *context)
{
	return AGG_CONTEXT_AGGREGATE;
}

/* What test/fuzz makes has no NULLs, and one dimension at most. */
bool
array_contains_nulls(ArrayType *array)
{
	return false;
}

int
ArrayGetNItems(int ndim, const int *dims)
{
	return ndim == 0 ? 0 : dims[0];
}

void
deconstruct_array(ArrayType *array, Oid type, int len, bool by_value, char align, Datum **values, bool **nulls, int *n)
{
	char	   *at = ARR_DATA_PTR(array);

	*n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	*values = palloc(sizeof(Datum) * (Size) (*n + 1));
	if (nulls)
		*nulls = palloc0((Size) *n + 1);
	for (int i = 0; i < *n; i++)
	{
		(*values)[i] = type == INT8OID ? Int64GetDatum(((int64 *) at)[0]) : PointerGetDatum(at);
		at += type == INT8OID ? (Size) len : INTALIGN(VARSIZE(at));
	}
}

volatile sig_atomic_t InterruptPending = false;

void
ProcessInterrupts(void)
{
}

/* One byte a character. */
int
pg_mbstrlen_with_len(const char *text, int len)
{
	return len;
}

int
pg_database_encoding_max_length(void)
{
	return 1;
}

int
GetDatabaseEncoding(void)
{
	return PG_SQL_ASCII;
}

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
