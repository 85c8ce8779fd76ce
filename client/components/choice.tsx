import { useId } from 'react';
import styles from './choice.module.css';

interface Option<Value extends string> {
  value: Value;
  label: string;
}

interface Shared<Value extends string> {
  options: readonly Option<Value>[];
}

/** One of a few, as pills: native radio buttons, so arrows and screen readers work. */
export function OneOf<Value extends string>({
  options,
  value,
  onChange,
  required,
}: Shared<Value> & { value: Value | null; onChange: (value: Value) => void; required?: boolean }) {
  const name = useId();
  return (
    <div className={styles.pills}>
      {options.map((option) => (
        <label key={option.value} className={styles.pill}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            required={required}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  );
}

/** Any of a few, as pills. */
export function AnyOf<Value extends string>({
  options,
  value,
  onChange,
}: Shared<Value> & { value: readonly Value[]; onChange: (value: Value[]) => void }) {
  const toggle = (one: Value) =>
    onChange(value.includes(one) ? value.filter((other) => other !== one) : [...value, one]);
  return (
    <div className={styles.pills}>
      {options.map((option) => (
        <label key={option.value} className={styles.pill}>
          <input
            type="checkbox"
            checked={value.includes(option.value)}
            onChange={() => toggle(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  );
}
