import { browserStorage } from '../api/storage.ts';

/** What somebody chose at their last visit: devices, and whether they go on camera. */
export interface Choices {
  cameraOn: boolean;
  microphoneOn: boolean;
  cameraId: string | null;
  microphoneId: string | null;
  blur: boolean;
}

const storage = browserStorage();
const key = 'minuet.devices';
const first: Choices = {
  cameraOn: true,
  microphoneOn: true,
  cameraId: null,
  microphoneId: null,
  blur: false,
};

/** The choices kept on this device. */
export function readChoices(): Choices {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? '{}');
    return { ...first, ...(kept as Partial<Choices>) };
  } catch {
    return first;
  }
}

/** Keeps the choices on this device. */
export function keepChoices(choices: Choices): void {
  storage.setItem(key, JSON.stringify(choices));
}
