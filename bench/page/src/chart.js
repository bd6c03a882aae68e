// uPlot, in this page's colours.
import uPlot from "uplot";
import { css } from "../../../reports/page/src/dom.js";

export const dots = (color, size) => ({ stroke: color, width: 0, points: { show: true, size, stroke: color, fill: color, width: 0 }, paths: () => null });
export const steps = color => ({ stroke: color, width: 2, points: { show: false }, paths: uPlot.paths.stepped({ align: 1 }) });

export function axis(extra = {}) {
  return { stroke: css("--muted"), grid: { stroke: css("--line"), width: 1 }, ticks: { stroke: css("--line"), width: 1 },
           font: "12px system-ui, sans-serif", ...extra };
}

// Draws data into host, as wide as that is, whatever becomes of the window. Gives the plot and what ends it.
export function draw(host, height, options, data) {
  const width = () => Math.max(280, host.clientWidth);
  const plot = new uPlot({ width: width(), height, ...options }, data, host);
  const observer = new ResizeObserver(() => plot.setSize({ width: width(), height }));
  observer.observe(host);
  // What is drawn is named and told in tables beside it.
  plot.root.setAttribute("aria-hidden", "true");
  return { plot, end: () => { observer.disconnect(); plot.destroy(); } };
}
