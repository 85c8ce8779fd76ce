import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { rules } from '#core/rules.ts';

const { textShortest, textLongest } = rules.moderation;

/** A text that a moderator writes: what its field needs, and whether it may be sent. */
export function useText(label: string, hint?: string) {
  const { t } = useTranslation();
  const [value, setValue] = useState('');
  const [missed, setMissed] = useState(false);
  const isShort = value.trim().length < textShortest;

  /** Says whether the text is long enough; if not, the field says it too. */
  const check = (): boolean => {
    setMissed(isShort);
    return !isShort;
  };
  const field = {
    ...{ label, hint, value, maxLength: textLongest },
    error: missed && isShort && t('admin.sanction.short', { count: textShortest }),
    onChange: (event: { target: { value: string } }) => setValue(event.target.value),
  };
  return { value, check, field };
}
