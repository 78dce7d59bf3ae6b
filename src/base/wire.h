/*
 * wire.h - the one reader and the one writer of packed bytes.
 *
 * A packed value is an 8-byte header followed by a stream of bytes, varints
 * and big-endian doubles, so the same value has the same bytes on every
 * machine: what is stored, what send() emits and what recv() accepts are one
 * format (docs/types.md).
 */
#ifndef DATAMON_WIRE_H
#define DATAMON_WIRE_H

#include "compat.h"

/* Which type a varlena claims to be; the first byte after its length. */
typedef enum DmTypeTag
{
	DM_HISTOGRAM = 'H',
	DM_VALUE_COUNTS = 'V',
	DM_F_BETA_STATE = 'F',
	DM_PROFILE = 'P',
	DM_CONFUSION_MATRIX = 'C',
	DM_SCORE_STATE = 'S',
	DM_REGRESSION_STATE = 'R',
	DM_MOMENTS = 'M',
	DM_CORRELATION_STATE = 'O',
	DM_AGREEMENT_STATE = 'A',
	DM_TOPK_STATE = 'K',
	DM_TWO_SAMPLES = '2',
	DM_TWO_COUNTS = 'T',
	DM_SCORED_LABELS = 'L',
	DM_VECTORS = 'X',
	DM_COLUMN_QUALITY = 'Q',
	DM_MULTILABEL_STATE = 'B',
	DM_LABELLED_VECTORS = 'W',
	DM_PAIRS = 'Y',
	DM_SEGMENT_CHANGES = 'E',
	DM_ANOMALY_STATE = 'N',
	DM_DRIFT_DETECTOR = 'D',
	DM_MODEL = 'Z',
	DM_SHAP_SUMMARY = 'U',
	DM_SEGMENT_TILE = 'I'		/* DM_TILE is a tile of values: stats/column.h */
} DmTypeTag;

#define DM_FORMAT_VERSION 1

/* flags: every other bit must be zero */
#define DM_WORKING 0x01			/* room to grow; only ever inside an aggregate */

typedef struct DmHeader
{
	int32		vl_len_;		/* varlena length, do not touch */
	uint8		tag;			/* DmTypeTag */
	uint8		version;		/* DM_FORMAT_VERSION */
	uint8		flags;
	uint8		reserved;		/* zero */
} DmHeader;

/* Begin a working form of so many bytes. */
static inline void
dm_header_working(void *state, DmTypeTag tag, Size bytes)
{
	DmHeader   *header = state;

	SET_VARSIZE(state, bytes);
	header->tag = (uint8) tag;
	header->version = DM_FORMAT_VERSION;
	header->flags = DM_WORKING;
	header->reserved = 0;
}

#define DM_HEADER_SIZE sizeof(DmHeader)
#define DM_IS_WORKING(p) ((((const DmHeader *) (p))->flags & DM_WORKING) != 0)

/* Cursor over packed bytes.  A read past the end sets failed and yields 0. */
typedef struct DmReader
{
	const uint8 *pos;
	const uint8 *end;
	bool		failed;
} DmReader;

extern void dm_reader_init(DmReader *r, const void *value);
extern void dm_reader_init_bytes(DmReader *r, const void *bytes, size_t len);
extern uint8 dm_get_u8(DmReader *r);
extern uint64 dm_get_varint(DmReader *r);
extern double dm_get_double(DmReader *r);
extern const uint8 *dm_get_bytes(DmReader *r, size_t len);

/* Where room has been made, a varint may be written straight there; returns its end. */
#define DM_MOST_VARINT_BYTES 10

static inline uint8 *
dm_varint_to(uint8 *pos, uint64 v)
{
	while (v >= 0x80)
	{
		*pos++ = (uint8) (v | 0x80);
		v >>= 7;
	}
	*pos++ = (uint8) v;
	return pos;
}

extern void dm_put_u8(StringInfo buf, uint8 v);
extern void dm_put_varint(StringInfo buf, uint64 v);
extern void dm_put_double(StringInfo buf, double v);

/* A value is built in a StringInfo: begin, put..., finish. */
extern void dm_packed_begin(StringInfo buf, DmTypeTag tag);
extern struct varlena *dm_packed_finish(StringInfo buf);

/* send and recv of any packed type: the bytes after the varlena length. */
extern bytea *dm_packed_send(const struct varlena *value);
extern struct varlena *dm_packed_recv(StringInfo msg, DmTypeTag tag, const char *type_name);

/* Detoast argument n and check that its header is of this type and version. */
extern struct varlena *dm_getarg(FunctionCallInfo fcinfo, int n, DmTypeTag tag);
extern void dm_check_header(const struct varlena *value, DmTypeTag tag);

/*
 * Argument 0 of a transition function that is not NULL, as a working form that
 * may be changed in place; an error unless it is one, inside an aggregate.
 * Anybody may make an aggregate of the functions: its states can have been in a
 * table, or come from another function and be toasted.
 */
extern struct varlena *dm_get_state(FunctionCallInfo fcinfo, DmTypeTag tag, const char *name);

/* Equality of two packed values. */
extern bool dm_packed_equal(const struct varlena *a, const struct varlena *b);

pg_noreturn extern void dm_corrupt(const char *type_name);

#endif							/* DATAMON_WIRE_H */
