// Reads what bench/page/page_data.cpp wrote. A cell is a call in a run.
const NO_RATIO = -32768;

function bytesOf(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; ++i) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

function runLengths(bytes, count) {
  const codes = new Uint8Array(count);
  for (let at = 0, filled = 0; at < bytes.length;) {
    const code = bytes[at++];
    let length = 0, scale = 1, byte;
    do {
      byte = bytes[at++];
      length += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte & 0x80);
    codes.fill(code, filled, filled + length);
    filled += length;
  }
  return codes;
}

const ratioOf = packed => (packed === NO_RATIO ? null : Math.exp(packed / 1e4));

class Series {
  constructor(json, calls, bytes) {
    Object.assign(this, { machine: json.machine, baseline: json.baseline, warning: json.warning, runs: json.runs, power: json.power,
                          regressed: json.regressed, improved: json.improved });
    const part = ([offset, length]) => bytes.slice(offset, offset + length).buffer;
    this.count = json.runs.at.length;
    this.ratios = new Int16Array(part(json.ratios));
    this.intervals = new Int16Array(part(json.intervals));
    this.withIntervals = this.intervals.length / 2 / calls.length || 0;
    this.codes = runLengths(new Uint8Array(part(json.decisions)), this.count * calls.length);
    this.changes = calls.map(() => []);
    for (const [call, run, before, after, p] of json.changes)
      this.changes[call].push({ call, run, before: Math.exp(before), after: Math.exp(after), p });
    const known = new Map();
    this.names = json.runs.commit.map((commit, run) => {
      const name = commit.slice(0, 10) || `run ${run + 1}`, times = (known.get(name) ?? 0) + 1;
      known.set(name, times);
      return times > 1 ? `${name} (${times})` : name;
    });
    this.times = json.runs.at.map(at => Date.parse(at + "Z") / 1000);
  }

  ratio(call, run) { return ratioOf(this.ratios[call * this.count + run]); }
  code(call, run) { return this.codes[call * this.count + run]; }
  hasInterval(run) { return run >= this.count - this.withIntervals; }
  interval(call, run) {
    const at = 2 * (call * this.withIntervals + run - (this.count - this.withIntervals));
    return [ratioOf(this.intervals[at]), ratioOf(this.intervals[at + 1])];
  }
  // Medians between change points: {from, to (exclusive), ratio}.
  levels(call) {
    const changes = this.changes[call];
    if (!changes.length) {
      const ratios = [];
      for (let run = 0; run < this.count; ++run) {
        const ratio = this.ratio(call, run);
        if (ratio !== null) ratios.push(ratio);
      }
      ratios.sort((a, b) => a - b);
      return ratios.length ? [{ from: 0, to: this.count, ratio: ratios[ratios.length >> 1] }] : [];
    }
    const levels = [{ from: 0, to: changes[0].run, ratio: changes[0].before }];
    changes.forEach((change, i) =>
      levels.push({ from: change.run, to: changes[i + 1]?.run ?? this.count, ratio: change.after }));
    return levels;
  }
  // Its commit; where one was measured more than once, which time.
  name(run) { return this.names[run]; }
}

export function load() {
  const json = JSON.parse(document.getElementById("data").textContent);
  const cells = document.getElementById("cells");
  const bytes = bytesOf(cells.textContent);
  cells.remove();
  const calls = json.calls.map(([name, fn, size]) => ({ name, fn, size }));
  return { made: json.made, margin: json.margin, decisions: json.decisions, calls, instructions: json.instructions,
           series: json.series.map(one => new Series(one, calls, bytes)) };
}
