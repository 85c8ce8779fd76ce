import { useState } from 'react';
import { useEvening } from './evening.ts';

/** What was changed in a form and not saved, by the form's name. */
export type Drafts = Map<string, object>;

/** The fields of a form. */
interface Draft<Fields> {
  fields: Fields;
  change: (changes: Partial<Fields>) => void;
  /** The form was saved: another visit begins with what was loaded. */
  saved: () => void;
}

/**
 * Keeps what was changed in a form while the person looks at another screen, a date for instance: until it is saved, the
 * page is loaded anew, or another person signs in.
 * @param loaded what the form is filled in with; later values are ignored
 */
export function useDraft<Fields extends object>(form: string, loaded: Fields): Draft<Fields> {
  const { drafts } = useEvening();
  const [fields, setFields] = useState<Fields>(() => ({ ...loaded, ...drafts.get(form) }));
  return {
    fields,
    change: (changes) => {
      drafts.set(form, { ...drafts.get(form), ...changes });
      setFields((now) => ({ ...now, ...changes }));
    },
    saved: () => void drafts.delete(form),
  };
}
