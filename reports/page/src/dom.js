// Elements, numbers and tables, made in one way.
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "selected") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== ""));
  return element;
}

export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export const percent = (ratio, digits = 1) => {
  const text = ((ratio - 1) * 100).toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : Number(text) > 0 ? "+" + text : text.replace("-", "−")) + " %";
};
export const times = ratio => (ratio === null ? "–" : ratio.toFixed(3));
export const day = at => at.slice(0, 10);
export const minute = at => at.replace("T", " ");
export const probability = p => (p === 0 ? "< 1e-300" : p < 1e-3 ? p.toExponential(0) : p.toFixed(3));

// Says it to a screen reader.
export const say = text => { document.getElementById("said").textContent = text; };

// columns: {title, right, cell(row) -> node or text, key(row) to sort by}. A title with a key is a button that sorts.
export function table(caption, columns, rows, { sort = null, most = 100 } = {}) {
  let sorted = sort, shown = most;
  const body = h("tbody"), head = h("tr"), more = h("p", { class: "more" });
  const fill = () => {
    const order = sorted === null ? rows
      : [...rows].sort((a, b) => {
          const x = columns[sorted.column].key(a), y = columns[sorted.column].key(b);
          return (x < y ? -1 : x > y ? 1 : 0) * (sorted.down ? -1 : 1);
        });
    body.replaceChildren(...order.slice(0, shown).map(row =>
      h("tr", {}, columns.map((column, i) =>
        h(i === 0 ? "th" : "td", { scope: i === 0 ? "row" : null, class: column.right ? "right" : column.class }, column.cell(row))))));
    head.replaceChildren(...columns.map((column, i) => {
      const now = sorted !== null && sorted.column === i;
      return h("th", { scope: "col", class: column.right ? "right" : column.class,
                       "aria-sort": column.key ? (now ? (sorted.down ? "descending" : "ascending") : "none") : null },
        column.key ? h("button", { class: "sort", onclick: () => {
          sorted = { column: i, down: now ? !sorted.down : Boolean(column.right) };
          fill();
          head.children[i].querySelector("button").focus();
        } }, column.title, now ? (sorted.down ? " ▾" : " ▴") : "") : column.title);
    }));
    more.replaceChildren(...(shown < rows.length
      ? [`${shown} of ${rows.length} rows. `, h("button", { onclick: () => { shown = rows.length; fill(); } }, "Show all")] : []));
  };
  fill();
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", {}, h("caption", {}, caption), h("thead", {}, head), body), more);
}

// A table that is made when it is opened: what a chart shows, for who does not see it.
export function alternative(caption, make) {
  const details = h("details", { class: "alternative" }, h("summary", {}, caption));
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(make());
  });
  return details;
}

export function choice(label, options, value, chosen) {
  const id = "c" + choice.next++;
  return h("span", { class: "choice" }, h("label", { for: id }, label),
    h("select", { id, onchange: event => chosen(event.target.value) },
      options.map(([key, text]) => h("option", { value: key, selected: String(key) === String(value) }, text))));
}
choice.next = 0;

export const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const MARKS = { regressed: "▲", improved: "▼", inconclusive: "?", invalid: "✕", crash: "✕" };
export const verdict = name =>
  h("span", { class: "verdict " + name.replaceAll(" ", "-") }, MARKS[name] ? h("span", { "aria-hidden": "true" }, MARKS[name] + " ") : "", name);
