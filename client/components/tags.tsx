import styles from './tags.module.css';

/** Short words in a row; those in `common` stand out. */
export function Tags({
  tags,
  common = [],
  label,
}: {
  tags: readonly string[];
  common?: readonly string[];
  label: string;
}) {
  if (tags.length === 0) return null;
  return (
    <ul className={styles.tags} aria-label={label}>
      {tags.map((tag) => (
        <li key={tag} className={common.includes(tag) ? styles.common : styles.tag}>
          {tag}
        </li>
      ))}
    </ul>
  );
}
