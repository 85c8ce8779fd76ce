import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../../app/house.ts';
import { Button } from '../../components/button.tsx';
import { Slider } from '../../components/slider.tsx';
import styles from './place.module.css';

/** The steps of the scale, km; the last one is anywhere. */
const steps = [10, 25, 50, 100, 250, 500, 1000, null] as const;

interface PlaceProps {
  located: boolean;
  withinKm: number | null;
  onWithin: (km: number | null) => void;
}

/** How far away somebody may be. Where the person is themselves is asked for on a click only. */
export function Place({ located, withinKm, onWithin }: PlaceProps) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const [denied, setDenied] = useState(false);
  const share = useMutation({
    mutationFn: async () => api.updateMe({ location: await whereAmI() }),
    onSuccess: (me) => queries.setQueryData(['me'], me),
    onError: () => setDenied(true),
  });
  const forget = useMutation({
    mutationFn: () => api.updateMe({ location: null }),
    onSuccess: (me) => {
      queries.setQueryData(['me'], me);
      onWithin(null);
    },
  });

  if (!located)
    return (
      <div className={styles.place}>
        <p className={styles.label}>{t('welcome.place')}</p>
        <Button icon="place" busy={share.isPending} onClick={() => share.mutate()}>
          {share.isPending ? t('welcome.placeAsking') : t('welcome.placeAsk')}
        </Button>
        <p className={styles.hint} role="status">
          {denied ? t('welcome.placeDenied') : t('welcome.placeKept')}
        </p>
      </div>
    );

  const step = steps.findIndex((km) => km === withinKm || (km ?? Infinity) >= (withinKm ?? Infinity));
  return (
    <div>
      <Slider
        label={t('welcome.place')}
        words={withinKm === null ? t('welcome.placeAnywhere') : t('welcome.placeWithin', { km: withinKm })}
        min={0}
        max={steps.length - 1}
        value={step}
        onChange={(at) => onWithin(steps[at] ?? null)}
      />
      <p className={styles.hint}>
        {t('welcome.placeShared')}{' '}
        <button type="button" className={styles.forget} onClick={() => forget.mutate()}>
          {t('welcome.placeForget')}
        </button>
      </p>
    </div>
  );
}

/** The device's own idea of where it is, coarse: the server keeps a square of about 5 km. */
function whereAmI(): Promise<{ latitude: number; longitude: number }> {
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude }),
      (error) => reject(new Error(error.message)),
      { enableHighAccuracy: false, maximumAge: 3_600_000, timeout: 15_000 },
    );
  });
}
