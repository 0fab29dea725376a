/** The audio settings: microphone with a level meter, loudspeaker, and data saver. */
import { levelOf } from "./level.js";
import { dialog, part } from "../../lib/parts.js";
import { preference, setPreference } from "../../lib/preferences.js";

const METER_EVERY = 80; // ms
const NOT_STARTED = "That microphone couldn’t be started.";
const STILL_PREVIOUS = `${NOT_STARTED} You’re still on the previous one.`;

export class AudioSheet {
  #root;
  #sheet;
  #options;
  #canChooseOutput = "setSinkId" in HTMLMediaElement.prototype;

  /**
   * @param {HTMLElement} root
   * @param {{microphone: import("../microphone/microphone.js").Microphone, sound: import("./sound.js").Sound,
   *   speaks: () => boolean, choose: (device: string) => Promise<void>, saveData: (saves: boolean) => Promise<void>,
   *   showError: (error: unknown) => void, signal: AbortSignal}} options
   */
  constructor(root, options) {
    const { signal, sound } = options;
    this.#root = root;
    this.#sheet = dialog(root, "audio-sheet");
    this.#options = options;
    if (this.#canChooseOutput) void sound.direct(preference("output"));
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.#render(), { signal });
    this.#select("microphones").addEventListener("change", () => void this.#chooseMicrophone(), { signal });
    this.#select("outputs").addEventListener("change", () => void this.#chooseOutput(), { signal });
    this.#saver.checked = preference("dataSaver") === "1";
    this.#saver.addEventListener("change", () => void this.#chooseQuality(), { signal });
    const meter = setInterval(() => this.#renderLevel(), METER_EVERY);
    signal.addEventListener("abort", () => clearInterval(meter));
  }

  async open() {
    await this.#render();
    this.#sheet.showModal();
  }

  /** @param {"microphones" | "outputs"} name */
  #select(name) {
    return /** @type {HTMLSelectElement} */ (part(this.#root, name));
  }

  get #saver() {
    return /** @type {HTMLInputElement} */ (part(this.#root, "data-saver"));
  }

  async #chooseQuality() {
    const saves = this.#saver.checked;
    setPreference("dataSaver", saves ? "1" : "");
    try {
      await this.#options.saveData(saves);
    } catch {
      this.#options.showError(new Error("Couldn't change data saver right now. It takes effect the next time you connect."));
    }
  }

  async #chooseMicrophone() {
    try {
      await this.#options.choose(this.#select("microphones").value);
    } catch {
      this.#options.showError(new Error(this.#options.microphone.track ? STILL_PREVIOUS : NOT_STARTED));
    }
    await this.#render();
  }

  async #chooseOutput() {
    const { sound, showError } = this.#options;
    const device = this.#select("outputs").value;
    if (await sound.direct(device)) return setPreference("output", device);
    await sound.direct(preference("output"));
    showError(new Error("That speaker couldn’t be used. You’re still on the previous one."));
    await this.#render();
  }

  /** List the devices. Browsers reveal their names only after the person has allowed the microphone. */
  async #render() {
    const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    const speaks = this.#options.speaks();
    fill(this.#select("microphones"), devices, "audioinput", this.#options.microphone.device);
    part(this.#root, "microphone-row").hidden = !speaks;
    part(this.#root, "microphone-later").hidden = speaks;
    fill(this.#select("outputs"), devices, "audiooutput", preference("output"));
    const outputs = part(this.#root, "outputs-row");
    outputs.hidden = !this.#canChooseOutput || this.#select("outputs").options.length < 2;
  }

  #renderLevel() {
    const { analyser } = this.#options.microphone;
    const row = part(this.#root, "level-row");
    row.hidden = !analyser;
    if (!this.#sheet.open || !analyser) return;
    /** @type {HTMLMeterElement} */ (part(this.#root, "level")).value = levelOf(analyser);
  }
}

/** @param {HTMLSelectElement} select @param {MediaDeviceInfo[]} devices @param {MediaDeviceKind} kind @param {string} chosen */
function fill(select, devices, kind, chosen) {
  const named = devices.filter((device) => device.kind === kind && device.deviceId);
  const options = named.map((device) => new Option(device.label || "Unnamed device", device.deviceId, false, device.deviceId === chosen));
  select.replaceChildren(...(options.length ? options : [new Option("The system's choice", "")]));
}
