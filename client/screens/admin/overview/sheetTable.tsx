import type { Sheet } from '../sheet.ts';
import styles from './sheetTable.module.css';

interface SheetTableProps<Row> {
  sheet: Sheet<Row>;
  caption: string;
  /** In sight: a keyboard scrolls it. */
  focusable: boolean;
}

/** A sheet as a table; wide ones scroll in themselves. */
export function SheetTable<Row>({ sheet, caption, focusable }: SheetTableProps<Row>) {
  const [head, ...rest] = sheet.columns;
  if (!head) return null;
  return (
    <div {...(focusable && { className: styles.frame, role: 'region', 'aria-label': caption, tabIndex: 0 })}>
      <table className={styles.table}>
        <caption className="hidden">{caption}</caption>
        <thead>
          <tr>
            {sheet.columns.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sheet.rows.map((row, at) => (
            <tr key={at}>
              <th scope="row">{head.shown?.(row) ?? head.value(row)}</th>
              {rest.map(({ label, shown, value }) => (
                <td key={label}>{shown?.(row) ?? value(row) ?? '–'}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
