/** A camera or a microphone that can be chosen. */
export interface Device {
  id: string;
  label: string;
}

declare global {
  // https://w3c.github.io/mediacapture-extensions/#exposing-mediastreamtrack-source-background-blur-support
  interface MediaTrackCapabilities {
    backgroundBlur?: boolean[];
  }
  interface MediaTrackConstraintSet {
    backgroundBlur?: ConstrainBoolean;
  }
}

/** What to ask of a camera: this one, or the one that looks at the person. */
export const camera = (id: string | null): MediaTrackConstraints => ({
  ...(id === null ? { facingMode: 'user' } : { deviceId: { ideal: id } }),
  width: { ideal: 1280 },
  height: { ideal: 720 },
});

/** What to ask of a microphone. */
export const microphone = (id: string | null): MediaTrackConstraints => ({
  ...(id !== null && { deviceId: { ideal: id } }),
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
});

/** Whether this camera can blur what is behind the person. */
export const canBlur = (track: MediaStreamTrack): boolean =>
  track.kind === 'video' && (track.getCapabilities().backgroundBlur?.length ?? 0) > 1;

/** Lets go of what was given. */
export const stop = (tracks: MediaStreamTrack[]): void => tracks.forEach((track) => track.stop());

/** Devices have names only once one of them was allowed. */
export const named = (all: MediaDeviceInfo[], kind: MediaDeviceKind): Device[] =>
  all
    .filter((device) => device.kind === kind && device.deviceId !== '' && device.label !== '')
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
