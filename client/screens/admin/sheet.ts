/** A table of figures: what a chart shows, as rows. The table on the page and the CSV file are made of the same one. */
export interface Sheet<Row> {
  /** Of the file, without its ending. */
  file: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
}

interface Column<Row> {
  label: string;
  /** As it is kept: a number in the unit of the label, an instant in ISO 8601; null when there is nothing to say. */
  value: (row: Row) => Cell;
  /** As people read it; `value` itself unless told. */
  shown?: (row: Row) => string;
}

type Cell = string | number | null;

/** Makes a sheet of rows. */
export const sheetOf = <Row>(
  file: string,
  rows: readonly Row[],
  columns: readonly Column<NoInfer<Row>>[],
): Sheet<Row> => ({ file, rows, columns });

/**
 * A sheet as CSV by RFC 4180. A text that a spreadsheet would take for a formula is led by an apostrophe: names are
 * written by strangers.
 */
export function toCsv<Row>({ columns, rows }: Sheet<Row>): string {
  const lines = [
    columns.map(({ label }) => label),
    ...rows.map((row) => columns.map(({ value }) => value(row))),
  ];
  return lines.map((cells) => `${cells.map(field).join(',')}\r\n`).join('');
}

function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Gives the reader a sheet as a file. */
export function saveCsv<Row>(sheet: Sheet<Row>): void {
  // A byte order mark: without one Excel takes UTF-8 for the code page of the country.
  const blob = new Blob(['\uFEFF', toCsv(sheet)], { type: 'text/csv;charset=utf-8' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `${sheet.file}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
