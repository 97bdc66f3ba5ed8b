// Motion sensors: a phone in a hand that is not quite still.

import { type Frame, type Handler, refuse } from "../frame.ts";
import { flagIn, numberIn } from "../gate.ts";

type Sensor = "accelerometer" | "gyroscope" | "device_orientation";

const running = new WeakMap<Frame, Map<Sensor, ReturnType<typeof setInterval>>>();

function timers(frame: Frame): Map<Sensor, ReturnType<typeof setInterval>> {
  const known = running.get(frame) ?? new Map();
  if (!running.has(frame)) {
    running.set(frame, known);
    frame.onEnd(() => known.forEach(clearInterval));
  }
  return known;
}

/** The requested interval in milliseconds, limited to 20–1000; 1000 if none is requested. */
export function refreshRate(asked: number | null): number {
  return Math.min(1000, Math.max(20, asked ?? 1000));
}

function starter(sensor: Sensor): Handler {
  return (frame, data) => {
    if (!frame.platform.sensors) unsupported(frame, sensor);
    const absolute = flagIn(data, "need_absolute");
    clearInterval(timers(frame).get(sensor));
    const tick = () => read(frame, sensor, absolute);
    timers(frame).set(sensor, setInterval(tick, refreshRate(numberIn(data, "refresh_rate"))));
    frame.send(`${sensor}_started`);
  };
}

function stopper(sensor: Sensor): Handler {
  return (frame) => {
    if (!frame.platform.sensors) unsupported(frame, sensor);
    clearInterval(timers(frame).get(sensor));
    timers(frame).delete(sensor);
    frame.send(`${sensor}_stopped`);
  };
}

function unsupported(frame: Frame, sensor: Sensor): never {
  frame.send(`${sensor}_failed`, { error: "UNSUPPORTED" });
  refuse("UNSUPPORTED");
}

function read(frame: Frame, sensor: Sensor, absolute: boolean): void {
  const sway = Math.sin(frame.now() / 700);
  const nod = Math.cos(frame.now() / 900);
  if (sensor === "accelerometer") {
    frame.send("accelerometer_changed", { x: sway * 0.4, y: 6.9 + nod * 0.2, z: 6.9 - nod * 0.2 });
  } else if (sensor === "gyroscope") {
    frame.send("gyroscope_changed", { x: nod * 0.05, y: sway * 0.05, z: sway * nod * 0.02 });
  } else {
    const angles = { alpha: sway * 0.3, beta: 0.8 + nod * 0.05, gamma: sway * 0.1 };
    frame.send("device_orientation_changed", { absolute, ...angles });
  }
}

export const startAccelerometer = starter("accelerometer");
export const stopAccelerometer = stopper("accelerometer");
export const startGyroscope = starter("gyroscope");
export const stopGyroscope = stopper("gyroscope");
export const startOrientation = starter("device_orientation");
export const stopOrientation = stopper("device_orientation");
