import { keepChoices, readChoices, type Choices } from './choices.ts';
import { camera, canBlur, microphone, named, stop, type Device } from './devices.ts';
import { failureOf, type Failure } from './failure.ts';
import { createStore } from '../store.ts';

/** What the mirror shows. A new object, and a new stream, with every change. */
export interface Reflection extends Choices {
  phase: 'closed' | 'asking' | 'open' | 'failed';
  failure: Failure | null;
  stream: MediaStream | null;
  /** Whether the stream has a live track of this kind. */
  hasCamera: boolean;
  hasMicrophone: boolean;
  cameras: Device[];
  microphones: Device[];
  /** Whether this camera can blur what is behind the person. */
  blurOffered: boolean;
}

export type Mirror = ReturnType<typeof createMirror>;

/** One's own camera and microphone: asked for on a click, held for the whole evening, released at its end. */
export function createMirror(devices: MediaDevices | undefined) {
  const store = createStore<Reflection>({
    ...readChoices(),
    phase: 'closed',
    failure: null,
    stream: null,
    hasCamera: false,
    hasMicrophone: false,
    cameras: [],
    microphones: [],
    blurOffered: false,
  });
  let tracks: MediaStreamTrack[] = [];
  let attempt = 0;
  devices?.addEventListener('devicechange', () => void list());

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    open,
    close,
    setCamera,
    setMicrophone,
    chooseCamera,
    chooseMicrophone,
    setBlur,
  };

  /**
   * Asks for camera and microphone. What cannot be had is left out, as long as anything can; without the camera, both
   * may be left out: they see and hear the partner, and write.
   * @param withCamera whether to ask for the camera, too; as chosen before unless told
   */
  async function open(withCamera = store.getSnapshot().cameraOn): Promise<void> {
    const mine = ++attempt;
    choose({ cameraOn: withCamera });
    if (!devices) {
      fail(withCamera, 'insecure');
      return;
    }
    store.set({ phase: 'asking', failure: null });
    try {
      const fresh = withCamera ? await bestOf(devices) : await ask(devices, ['audio']);
      if (mine !== attempt) {
        stop(fresh);
        return;
      }
      stop(tracks);
      tracks = fresh;
      await dress();
      show({ phase: 'open' });
      await list();
    } catch (error) {
      if (mine === attempt) fail(withCamera, failureOf(error));
    }
  }

  function fail(withCamera: boolean, failure: Failure): void {
    store.set({ phase: withCamera ? 'failed' : 'open', failure });
  }

  /** Camera and microphone; if they cannot be had together, the one that can. */
  async function bestOf(from: MediaDevices): Promise<MediaStreamTrack[]> {
    try {
      return await ask(from, ['audio', 'video']);
    } catch (error) {
      if (failureOf(error) === 'blocked') throw error; // asking again would only annoy
      return await ask(from, ['audio']).catch(() => ask(from, ['video']));
    }
  }

  async function ask(from: MediaDevices, kinds: ('audio' | 'video')[]): Promise<MediaStreamTrack[]> {
    const stream = await from.getUserMedia({
      audio: kinds.includes('audio') && microphone(store.getSnapshot().microphoneId),
      video: kinds.includes('video') && camera(store.getSnapshot().cameraId),
    });
    return stream.getTracks();
  }

  /** Lets go of everything: the light beside the camera goes out. */
  function close(): void {
    attempt += 1;
    stop(tracks);
    tracks = [];
    show({ phase: 'closed' });
  }

  /** Off lets go of the camera; on takes it again, and asks anew where it was refused. */
  async function setCamera(on: boolean): Promise<void> {
    choose({ cameraOn: on });
    if (!on) drop('video');
    else if (store.getSnapshot().phase === 'open') await replace('video');
    else await open();
  }

  /** Silence keeps the microphone, so that speaking again is instant. */
  function setMicrophone(on: boolean): void {
    choose({ microphoneOn: on });
    void dress();
    const { phase, hasMicrophone } = store.getSnapshot();
    if (on && phase === 'failed') void open();
    else if (on && phase === 'open' && !hasMicrophone) void replace('audio');
  }

  async function chooseCamera(cameraId: string): Promise<void> {
    choose({ cameraId });
    if (store.getSnapshot().cameraOn) await replace('video');
  }

  async function chooseMicrophone(microphoneId: string): Promise<void> {
    choose({ microphoneId });
    await replace('audio');
  }

  async function setBlur(blur: boolean): Promise<void> {
    choose({ blur });
    await dress();
  }

  async function replace(kind: 'audio' | 'video'): Promise<void> {
    if (!devices) return;
    const mine = ++attempt;
    try {
      drop(kind); // a phone gives one camera at a time
      const fresh = await ask(devices, [kind]);
      if (mine !== attempt) {
        stop(fresh);
        return;
      }
      tracks = [...tracks, ...fresh];
      await dress();
      show({ failure: null });
    } catch (error) {
      if (mine === attempt) show({ failure: failureOf(error) });
    }
  }

  function drop(kind: 'audio' | 'video'): void {
    stop(tracks.filter((track) => track.kind === kind));
    tracks = tracks.filter((track) => track.kind !== kind);
    show({});
  }

  /** Puts the choices on the tracks. */
  async function dress(): Promise<void> {
    const { microphoneOn, blur } = store.getSnapshot();
    for (const track of tracks) if (track.kind === 'audio') track.enabled = microphoneOn;
    for (const track of tracks.filter(canBlur))
      await track.applyConstraints({ backgroundBlur: blur }).catch(() => undefined); // it stays as it is
  }

  function show(change: Partial<Reflection>): void {
    const has = (kind: string) => tracks.some((track) => track.kind === kind && track.readyState === 'live');
    for (const track of tracks) track.onended = () => drop(track.kind === 'audio' ? 'audio' : 'video');
    store.set({
      ...change,
      stream: tracks.length > 0 ? new MediaStream(tracks) : null,
      hasCamera: has('video'),
      hasMicrophone: has('audio'),
      blurOffered: tracks.some(canBlur),
    });
  }

  async function list(): Promise<void> {
    const all = (await devices?.enumerateDevices().catch(() => [])) ?? [];
    store.set({ cameras: named(all, 'videoinput'), microphones: named(all, 'audioinput') });
  }

  function choose(change: Partial<Choices>): void {
    store.set(change);
    const { cameraOn, microphoneOn, cameraId, microphoneId, blur } = store.getSnapshot();
    keepChoices({ cameraOn, microphoneOn, cameraId, microphoneId, blur });
  }
}
