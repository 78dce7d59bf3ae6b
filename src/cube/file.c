/*
 * file.c - a temporary file that is written once and read once.
 *
 * As a BufFile, but by 64 kB at a time: with writes of a page each, the
 * system's own work for a page of its cache is twice as much as the copying.
 */
#include "postgres.h"

#include "commands/tablespace.h"
#include "executor/instrument.h"
#include "pgstat.h"
#include "storage/fd.h"

#include "cube/cube_internal.h"

#define LARGEST_BUFFER (64 * 1024)

struct CubeFile
{
	File		file;
	off_t		offset;			/* where the next transfer begins */
	char	   *buffer;			/* NULL: neither writing nor reading */
	int			size;			/* of the buffer */
	int			fill;			/* bytes in it */
	int			at;				/* those that have been read */
};

CubeFile *
dm_cube_file_new(void)
{
	CubeFile   *f = palloc(sizeof(CubeFile));

	PrepareTempTablespaces();
	f->file = OpenTemporaryFile(false);
	f->offset = 0;
	f->buffer = palloc(LARGEST_BUFFER);
	f->size = LARGEST_BUFFER;
	f->fill = 0;
	f->at = 0;
	return f;
}

static void
empty_buffer(CubeFile *f)
{
	if (f->fill == 0)
		return;
	if (FileWrite(f->file, f->buffer, f->fill, f->offset, WAIT_EVENT_BUFFILE_WRITE) != f->fill)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not write to a temporary file of the cube: %m")));
	pgBufferUsage.temp_blks_written += f->fill / BLCKSZ;
	f->offset += f->fill;
	f->fill = 0;
}

void
dm_cube_file_write(CubeFile *f, const void *bytes, Size n)
{
	const char *from = bytes;

	while (n > 0)
	{
		int			part;

		if (f->fill == f->size)
			empty_buffer(f);
		part = (int) Min(n, (Size) (f->size - f->fill));
		memcpy(f->buffer + f->fill, from, part);
		f->fill += part;
		from += part;
		n -= part;
	}
}

/* All has been written. */
void
dm_cube_file_end(CubeFile *f)
{
	empty_buffer(f);
	pfree(f->buffer);
	f->buffer = NULL;
}

/* Read from the start, through a buffer of at most so many bytes, but for the least. */
void
dm_cube_file_rewind(CubeFile *f, Size buffer)
{
	f->size = (int) Min(Max(buffer, BLCKSZ), LARGEST_BUFFER);
	f->buffer = palloc(f->size);
	f->offset = 0;
	f->fill = 0;
	f->at = 0;
}

static void
fill_buffer(CubeFile *f)
{
	int			n = FileRead(f->file, f->buffer, f->size, f->offset, WAIT_EVENT_BUFFILE_READ);

	if (n <= 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 n < 0 ? errmsg("could not read from a temporary file of the cube: %m")
				 : errmsg("a temporary file of the cube ends too early")));
	pgBufferUsage.temp_blks_read += n / BLCKSZ;
	f->offset += n;
	f->fill = n;
	f->at = 0;
}

void
dm_cube_file_read(CubeFile *f, void *bytes, Size n)
{
	char	   *to = bytes;

	while (n > 0)
	{
		int			part;

		if (f->at == f->fill)
			fill_buffer(f);
		part = (int) Min(n, (Size) (f->fill - f->at));
		memcpy(to, f->buffer + f->at, part);
		f->at += part;
		to += part;
		n -= part;
	}
}

void
dm_cube_file_close(CubeFile *f)
{
	FileClose(f->file);
	if (f->buffer)
		pfree(f->buffer);
	pfree(f);
}
