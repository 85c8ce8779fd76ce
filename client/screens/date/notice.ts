import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Notice } from '../../api/wire.ts';

/** Puts the end of a date into kind words. */
export function useNoticeWords(): (notice: Notice) => string {
  const { t } = useTranslation();
  return useCallback(
    ({ reason, initiated_by }: Notice) => {
      if (reason === 'mutual') return '';
      return t(`notice.${initiated_by === 'me' ? 'me' : 'partner'}.${reason}`);
    },
    [t],
  );
}
