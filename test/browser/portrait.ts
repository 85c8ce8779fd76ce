/** How somebody in a picture looks. */
export interface Looks {
  wall: [string, string];
  lamp: string;
  skin: string;
  shade: string;
  hair: string;
  long: boolean;
  cloth: string;
}

export const ada: Looks = {
  wall: ['#7b3f52', '#2e1730'],
  lamp: 'rgb(255 196 128 / 0.85)',
  skin: '#c98f6b',
  shade: '#b37855',
  hair: '#2b1716',
  long: true,
  cloth: '#e6b35a',
};

export const ben: Looks = {
  wall: ['#3d5568', '#161d2e'],
  lamp: 'rgb(255 214 165 / 0.8)',
  skin: '#e8b996',
  shade: '#d39c77',
  hair: '#6b3d22',
  long: false,
  cloth: '#3f6b5c',
};

/**
 * Runs in a page before anything of ours: its camera becomes a painted person who breathes and blinks, so that
 * pictures of a date show two people and not Chromium's test picture. No stranger's face is needed.
 */
export function paintCamera(looks: Looks): void {
  const [width, height] = [1280, 720];
  const devices = ['Built-in camera', 'Desk camera'].map((label, at) => ({
    kind: 'videoinput',
    label,
    deviceId: `c${at}`,
  }));
  const microphones = ['Built-in microphone', 'Headset'].map((label, at) => ({
    kind: 'audioinput',
    label,
    deviceId: `m${at}`,
  }));
  const media = navigator.mediaDevices;
  media.enumerateDevices = () => Promise.resolve([...devices, ...microphones] as MediaDeviceInfo[]);
  media.getUserMedia = (constraints) => {
    const stream = new MediaStream();
    if (constraints?.video) for (const track of picture()) stream.addTrack(track);
    if (constraints?.audio) for (const track of murmur()) stream.addTrack(track);
    return Promise.resolve(stream);
  };

  function picture(): MediaStreamTrack[] {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const pen = canvas.getContext('2d');
    if (pen) {
      paint(pen, 0);
      setInterval(() => paint(pen, performance.now() / 1000), 80);
    }
    return canvas.captureStream(12).getTracks();
  }

  function murmur(): MediaStreamTrack[] {
    const context = new AudioContext();
    const voice = new OscillatorNode(context, { frequency: 180 });
    const gain = new GainNode(context, { gain: 0.08 });
    const out = context.createMediaStreamDestination();
    voice.connect(gain).connect(out);
    voice.start();
    return out.stream.getTracks();
  }

  function paint(pen: CanvasRenderingContext2D, time: number): void {
    const wall = pen.createLinearGradient(0, 0, width, height);
    wall.addColorStop(0, looks.wall[0]);
    wall.addColorStop(1, looks.wall[1]);
    pen.fillStyle = wall;
    pen.fillRect(0, 0, width, height);
    for (const [x, y, radius, strength] of [
      [1040, 170, 360, 0.55],
      [1040, 170, 60, 0.9],
      [190, 560, 240, 0.18],
    ] as const) {
      const light = pen.createRadialGradient(x, y, 0, x, y, radius);
      light.addColorStop(0, looks.lamp);
      light.addColorStop(1, 'rgb(0 0 0 / 0)');
      pen.globalAlpha = strength;
      pen.fillStyle = light;
      pen.fillRect(0, 0, width, height);
    }
    pen.globalAlpha = 1;
    pen.save();
    pen.translate(640, 402 + Math.sin(time * 1.4) * 3);
    person(pen, time);
    pen.restore();
  }

  function person(pen: CanvasRenderingContext2D, time: number): void {
    const oval = (x: number, y: number, rx: number, ry: number, colour: string, turn = 0) => {
      pen.fillStyle = colour;
      pen.beginPath();
      pen.ellipse(x, y, rx, ry, turn, 0, Math.PI * 2);
      pen.fill();
    };
    if (looks.long) {
      oval(0, -30, 150, 190, looks.hair);
      pen.fillRect(-150, -30, 300, 190);
    }
    oval(0, 330, 270, 210, looks.cloth);
    pen.fillStyle = looks.shade;
    pen.fillRect(-46, 60, 92, 110);
    oval(0, 160, 70, 44, looks.shade);
    oval(0, 0, 108, 136, looks.skin);
    if (looks.long) {
      oval(-62, -88, 88, 62, looks.hair, -0.55);
      oval(66, -86, 84, 58, looks.hair, 0.6);
    } else {
      oval(0, -104, 116, 56, looks.hair);
      oval(-96, -56, 26, 62, looks.hair);
      oval(96, -56, 26, 62, looks.hair);
      oval(-40, -78, 70, 40, looks.hair, -0.2);
    }
    const open = time % 4 > 0.14 ? 9 : 1.5;
    for (const x of [-40, 40]) {
      oval(x, -4, 8, open, '#23130f');
      pen.strokeStyle = looks.hair;
      pen.lineWidth = 6;
      pen.lineCap = 'round';
      pen.beginPath();
      pen.arc(x, -10, 26, Math.PI * 1.25, Math.PI * 1.75);
      pen.stroke();
    }
    oval(0, 30, 13, 9, looks.shade);
    pen.strokeStyle = '#8c3f3b';
    pen.lineWidth = 7;
    pen.beginPath();
    pen.arc(0, 42, 36, Math.PI * 0.2, Math.PI * 0.8);
    pen.stroke();
    for (const x of [-66, 66]) {
      pen.globalAlpha = 0.18;
      oval(x, 36, 24, 16, '#d4513f');
      pen.globalAlpha = 1;
    }
  }
}
