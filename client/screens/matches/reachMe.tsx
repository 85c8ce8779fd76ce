import { useTranslation } from 'react-i18next';
import { ShareHandle, useHandle } from '../match/shareHandle.tsx';

/** A match can reach nobody who has not said how: the place to say it afterwards. */
export function ReachMe() {
  const { t } = useTranslation();
  const handle = useHandle();
  if (handle.shared !== '') return null;
  return <ShareHandle handle={handle} label={t('matches.reachMe')} hint={t('matches.reachMeHint')} />;
}
