// What is kept in this browser: the key and the conversations of one model. Works without, where storage is off.

const MOST = 60;
const KEY = "vgpt2.key";

function read(name) {
  try {
    return localStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

function write(name, value) {
  try {
    if (value) localStorage.setItem(name, value);
    else localStorage.removeItem(name);
    return true;
  } catch {
    return false;
  }
}

export const key = { get: () => read(KEY), set: (value) => write(KEY, value) };

/** The conversations of a model, the newest first: `{id, at, turns}`. */
export class History {
  constructor(model) {
    this.name = `vgpt2.history.${model}`;
    this.held = null; // only where the browser keeps nothing
  }

  all() {
    if (this.held) return this.held;
    try {
      const found = JSON.parse(read(this.name) || "[]");
      return Array.isArray(found) ? found.filter((one) => one?.id && Array.isArray(one.turns) && one.turns.length) : [];
    } catch {
      return [];
    }
  }

  /** Keep a conversation; read anew first, for another tab may have written. The oldest make room. */
  keep(conversation) {
    let list = [conversation, ...this.all().filter((one) => one.id !== conversation.id)].slice(0, MOST);
    const whole = list;
    while (list.length > 1 && !write(this.name, JSON.stringify(list))) list = list.slice(0, -1);
    if (list.length === 1 && !write(this.name, JSON.stringify(list))) this.held = whole;
  }

  drop(id) {
    const list = this.all().filter((one) => one.id !== id);
    if (this.held) this.held = list;
    else write(this.name, list.length ? JSON.stringify(list) : "");
  }

  clear() {
    if (this.held) this.held = [];
    write(this.name, "");
  }
}
