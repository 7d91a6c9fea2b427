// The explorer: thresholds and weights in, who would leave and who is next out. `decide` is the same rule as
// `reclassification.rule` and `explorer.outcome` in Python; a test holds the two against each other.
const explorer = {
  // setting: {thresholds: {indicator: number}, weights: {indicator: number}, places: whole number}
  decide(data, setting) {
    const names = Object.keys(data.indicators);
    const weighted = names.filter((name) => setting.weights[name] > 0);
    const total = weighted.reduce((sum, name) => sum + setting.weights[name], 0);
    const scale = {};
    for (const name of names) {
      const column = data.counties.map((county) => county.values[name]);
      scale[name] = [Math.min(...column), Math.max(...column)];
    }
    const scaled = (county, name) => {
      const [low, high] = scale[name];
      const part = (county.values[name] - low) / (high - low);
      return data.indicators[name].direction > 0 ? part : 1 - part;
    };
    const meets = (county, name) => {
      const way = data.indicators[name].direction;
      return county.values[name] * way >= setting.thresholds[name] * way;
    };
    const rows = data.counties.map((county) => ({
      code: county.code,
      score: total ? weighted.reduce((sum, name) => sum + setting.weights[name] * scaled(county, name), 0) / total : 0,
      passes: Object.keys(setting.thresholds).every((name) => meets(county, name)),
    }));
    const same = (a, b) => Math.abs(a.score - b.score) < 1e-12;
    for (const row of rows) {
      const better = rows.filter((other) =>
        other.passes === row.passes ? other.score > row.score && !same(other, row) : other.passes,
      );
      row.rank = better.length + 1;
    }
    for (const row of rows) {
      const equals = rows.filter((other) => other.rank === row.rank).length;
      row.leaves = row.passes && row.rank + equals - 1 <= setting.places;
    }
    const staying = data.counties.filter((_, i) => !rows[i].leaves);
    const means = {};
    for (const name of names) {
      means[name] = staying.length
        ? staying.reduce((sum, county) => sum + county.values[name], 0) / staying.length
        : null;
    }
    return { rows, means, staying: staying.length, ordered: total > 0 };
  },

  // Whether the address holds a setting; a link to a part of the page does not.
  given: (text) => /(^#|&)([tw]\.|k=)/.test(text),

  // The address of a setting: only what differs from "no threshold, no weight".
  write(setting) {
    const parts = Object.entries(setting.thresholds).map(([name, value]) => [`t.${name}`, value]);
    parts.push(...Object.entries(setting.weights).map(([name, value]) => [`w.${name}`, value]));
    parts.push(["k", setting.places]);
    return parts.map((part) => part.join("=")).join("&");
  },

  read(data, text) {
    const setting = { thresholds: {}, weights: {}, places: data.start.places };
    for (const part of text.replace(/^#/, "").split("&")) {
      const [key, number] = part.split("=");
      const value = Number(number);
      const [kind, name] = [key.slice(0, 2), key.slice(2)];
      if (number === undefined || number === "" || !Number.isFinite(value)) continue;
      if (key === "k") setting.places = Math.min(Math.max(Math.round(value), 0), data.counties.length);
      if (!(name in data.indicators)) continue;
      if (kind === "t.") setting.thresholds[name] = value;
      if (kind === "w." && value > 0) setting.weights[name] = value;
    }
    return setting;
  },

  // One row a county: the result, the values in the units of the heads, and the setting as in the address.
  csv(data, result, setting) {
    const names = Object.keys(data.indicators);
    const heads = names.map((name) => `${name} [${data.indicators[name].unit}]`);
    const head = ["code", "name", "name_zh", "rank", "score", "passes", "leaves", "setting", ...heads];
    const lines = result.rows.map((row, i) => {
      const county = data.counties[i];
      const cells = [row.code, county.name, county.name_zh, row.rank, row.score, row.passes, row.leaves, explorer.write(setting)];
      return [...cells, ...names.map((name) => county.values[name])].join(",");
    });
    return [head.join(","), ...lines].join("\n") + "\n";
  },
};

if (typeof document !== "undefined") {
  const root = document.getElementById("explorer");
  const data = JSON.parse(document.getElementById("explorer-data").textContent);
  const words = data.words;
  const number = (name, value) => {
    const { factor, digits, suffix } = data.indicators[name];
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return (value * factor).toLocaleString("en", options) + suffix;
  };
  const element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  let setting = explorer.given(location.hash) ? explorer.read(data, location.hash) : structuredClone(data.start);

  const slider = (id, label, lowest, highest, step) => {
    const input = element("input", { type: "range", id, min: lowest, max: highest, step });
    const output = element("output", { for: id });
    return { input, output, row: element("div", { class: "explorer-control" }, element("label", { for: id }, label), input, output) };
  };
  // The picture: the counties along one indicator, the line to drag, the means; and the map.
  const drawing = (tag, attributes = {}, ...children) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const up = document.documentElement.dataset.content_root ?? "";
  const page = (county) => up + county.page;
  const named = ({ name, name_zh: full }) => (full.startsWith(name) ? full : `${name} ${full}`);
  const strip = drawing("svg", { class: "explorer-strip", role: "group" });
  const shown = element("select", { id: "shown" });
  for (const [name, about] of Object.entries(data.indicators)) shown.append(element("option", { value: name }, about.label));
  shown.addEventListener("change", () => update());
  const extent = (name) => {
    const column = data.counties.map((county) => county.values[name]);
    const [low, high] = [Math.min(...column), Math.max(...column)];
    return [low - 0.03 * (high - low), high + 0.03 * (high - low)];
  };
  const edge = 8;
  const across = (name, value) => {
    const [low, high] = extent(name);
    return edge + ((value - low) / (high - low)) * (strip.clientWidth - 2 * edge);
  };
  const moveLine = (value) => {
    const name = shown.value;
    const [low, high] = extent(name);
    setting.thresholds[name] = Number(Math.min(Math.max(value, low), high).toPrecision(4));
    update();
  };
  const under = (event) => {
    const [low, high] = extent(shown.value);
    const part = (event.clientX - strip.getBoundingClientRect().left - edge) / (strip.clientWidth - 2 * edge);
    return low + part * (high - low);
  };
  let dragging = false;
  strip.addEventListener("pointerdown", (event) => {
    if (event.target.closest("a")) return;
    dragging = true;
    strip.setPointerCapture(event.pointerId);
    moveLine(under(event));
  });
  strip.addEventListener("pointermove", (event) => dragging && moveLine(under(event)));
  for (const end of ["pointerup", "pointercancel"]) strip.addEventListener(end, () => (dragging = false));
  const drawStrip = (rows, mean) => {
    const name = shown.value;
    const width = strip.clientWidth;
    const narrow = width < 500;
    const about = data.indicators[name];
    strip.setAttribute("aria-label", words.picture.replace("{label}", about.label));
    const coming = rows.filter((row) => !row.leaves).slice(0, 3);
    const placed = rows
      .map((row) => ({ ...row, x: across(name, row.county.values[name]) }))
      .sort((a, b) => a.x - b.x);
    const named = placed.filter((row) => !narrow || row.leaves || row.county.left || coming.some((next) => next.code === row.code));
    // A name takes the lowest line in which it meets no other; its county stands below its middle.
    const lines = [];
    const letter = /[\u3400-\u9fff]/.test(data.counties[0].name) ? 15 : 7.4;
    for (const row of named) {
      const half = (row.county.name.length * letter) / 2 + 4;
      row.middle = Math.min(Math.max(row.x, half), width - half);
      row.level = lines.findIndex((taken) => taken < row.middle - half);
      if (row.level < 0) row.level = lines.push(0) - 1;
      lines[row.level] = row.middle + half;
    }
    const top = 18 * lines.length + 14;
    const height = top + 70;
    strip.setAttribute("viewBox", `0 0 ${width} ${height}`);
    strip.setAttribute("height", height);
    const parts = [drawing("line", { class: "axis", x1: 0, x2: width, y1: top, y2: top })];
    for (const row of named) {
      const y = top - 12 - 18 * row.level;
      parts.push(drawing("line", { class: "leader", x1: row.x, x2: row.middle, y1: top, y2: y + 4 }));
    }
    for (const row of placed) parts.push(drawing("circle", { class: row.leaves ? "dot leaves" : "dot", cx: row.x, cy: top, r: 5 }));
    for (const row of named) {
      const text = drawing("text", { x: row.middle, y: top - 12 - 18 * row.level, "text-anchor": "middle" }, row.county.name);
      parts.push(drawing("a", { href: page(row.county), class: row.leaves ? "leaves" : "" }, text));
    }
    for (const [kind, value, row] of [["all", full[name], 0], ["stay", mean[name], 1]]) {
      if (value === null) continue;
      const x = across(name, value);
      const right = x > width / 2;
      const y = top + 26 + 18 * row;
      parts.push(drawing("line", { class: `mean ${kind}`, x1: x, x2: x, y1: top + 8, y2: y }));
      const text = `${kind === "all" ? words.meanAll : words.meanStay} ${number(name, value)}`;
      parts.push(drawing("text", { x: right ? x - 4 : x + 4, y, "text-anchor": right ? "end" : "start" }, text));
    }
    const line = setting.thresholds[name];
    if (line !== undefined) {
      const x = across(name, line);
      const [low, high] = extent(name);
      const handle = drawing(
        "g",
        {
          class: "line", role: "slider", tabindex: 0, "aria-label": words.drag.replace("{label}", about.label),
          "aria-valuemin": low, "aria-valuemax": high, "aria-valuenow": line, "aria-valuetext": number(name, line),
        },
        drawing("line", { x1: x, x2: x, y1: 0, y2: height - 8 }),
        drawing("circle", { cx: x, cy: height - 10, r: 9 }),
      );
      handle.addEventListener("keydown", (event) => {
        const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
        if (!way) return;
        event.preventDefault();
        moveLine(line + (way * (high - low)) / 100);
        strip.querySelector(".line").focus();
      });
      parts.splice(1, 0, handle); // below the words, whose rims keep it off their letters
    }
    strip.replaceChildren(...parts);
  };
  const map = document.getElementById("explorer-map");
  const drawMap = (rows) => {
    for (const row of rows) {
      for (const part of map?.querySelectorAll(`.unit-${row.code}`) ?? []) part.classList.toggle("leaves", row.leaves);
    }
  };

  const controls = {};
  const board = element("div", { class: "explorer-controls" });
  for (const [name, about] of Object.entries(data.indicators)) {
    const column = data.counties.map((county) => county.values[name]);
    const [low, high] = [Math.min(...column), Math.max(...column)];
    const line = slider(`t-${name}`, about.direction > 0 ? words.least : words.most, 0, 100, 1);
    const weight = slider(`w-${name}`, words.weight, 0, 10, 1);
    // Position 0 is "no threshold"; the others run from the worst value to the best.
    const at = (position) => {
      const part = (position - 1) / 99;
      return about.direction > 0 ? low + part * (high - low) : high - part * (high - low);
    };
    const position = (value) => {
      const part = about.direction > 0 ? (value - low) / (high - low) : (high - value) / (high - low);
      return Math.min(Math.max(Math.round(1 + 99 * part), 1), 100);
    };
    line.input.addEventListener("input", () => {
      if (Number(line.input.value) === 0) delete setting.thresholds[name];
      else setting.thresholds[name] = Number(at(Number(line.input.value)).toPrecision(4));
      update();
    });
    weight.input.addEventListener("input", () => {
      if (Number(weight.input.value) === 0) delete setting.weights[name];
      else setting.weights[name] = Number(weight.input.value);
      update();
    });
    controls[name] = { line, weight, position };
    board.append(element("fieldset", {}, element("legend", {}, about.label), line.row, weight.row));
  }
  const places = slider("places", words.places, 0, data.counties.length, 1);
  places.input.addEventListener("input", () => {
    setting.places = Number(places.input.value);
    update();
  });
  const answer = element("p", { class: "explorer-answer", role: "status" });
  const presets = element("div", { class: "explorer-buttons" });
  for (const preset of data.presets) {
    const button = element("button", { type: "button" }, preset.label);
    button.addEventListener("click", () => {
      setting = structuredClone(preset.setting);
      shown.value = Object.keys(setting.weights)[0];
      update();
    });
    presets.append(button);
  }
  const link = element("button", { type: "button" }, words.link);
  const save = element("a", { download: "explorer.csv", class: "explorer-save" }, words.csv);
  const address = element("input", { type: "text", readonly: "", "aria-label": words.address, class: "explorer-address" });
  link.addEventListener("click", () => {
    address.select();
    if (navigator.clipboard) navigator.clipboard.writeText(address.value).then(() => (link.textContent = words.copied), () => {});
  });
  const order = element("tbody");
  const means = element("tbody");
  const table = (caption, heads, body) =>
    element(
      "table",
      { class: "table explorer-table" },
      element("caption", {}, caption),
      element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
      body,
    );
  root.replaceChildren(
    presets,
    answer,
    element("p", { class: "explorer-along" }, element("label", { for: "shown" }, words.shown), " ", shown),
    strip,
    ...(map ? [map] : []),
    element("div", { class: "explorer-places" }, places.row),
    element("details", {}, element("summary", {}, words.settings), board),
    element("div", { class: "explorer-buttons" }, link, save),
    address,
    table(words.order, words.orderHeads, order),
    table(words.means, words.meansHeads, means),
  );

  let resting;
  const full = explorer.decide(data, { thresholds: {}, weights: {}, places: 0 }).means;
  const cell = (text, right) => element("td", right ? { class: "right" } : {}, text);
  const listing = (rows) => rows.map((row) => row.county.name).join(words.comma) || words.nobody;
  function update() {
    for (const [name, { line, weight, position }] of Object.entries(controls)) {
      const value = setting.thresholds[name];
      line.input.value = value === undefined ? 0 : position(value);
      line.output.textContent = value === undefined ? words.none : number(name, value);
      line.input.setAttribute("aria-valuetext", line.output.textContent);
      weight.input.value = setting.weights[name] ?? 0;
      weight.output.textContent = String(setting.weights[name] ?? 0);
    }
    places.input.value = setting.places;
    places.output.textContent = String(setting.places);
    places.input.setAttribute("aria-valuetext", `${setting.places} of ${data.counties.length}`);
    const result = explorer.decide(data, setting);
    const rows = result.rows.map((row, i) => ({ ...row, county: data.counties[i] }));
    rows.sort((a, b) => a.rank - b.rank || a.county.name.localeCompare(b.county.name));
    const leaving = rows.filter((row) => row.leaves);
    const next = rows.filter((row) => !row.leaves).slice(0, 3);
    const right = leaving.filter((row) => row.county.left).length;
    const left = data.counties.filter((county) => county.left).length;
    const said = result.staying ? words.answer : words.all;
    answer.textContent = (result.ordered ? "" : words.unordered) + said
      .replace("{count}", leaving.length)
      .replace("{leaving}", listing(leaving))
      .replace("{next}", listing(next))
      .replace("{right}", right)
      .replace("{wrong}", leaving.length - right)
      .replace("{left}", left);
    order.replaceChildren(
      ...rows.map((row) =>
        element(
          "tr",
          row.leaves ? { class: "leaves" } : {},
          cell(String(row.rank), true),
          element("th", { scope: "row" }, element("a", { href: page(row.county) }, named(row.county))),
          cell(row.score.toFixed(3), true),
          cell(row.passes ? words.yes : words.no),
          cell(row.leaves ? words.leaves : words.stays),
          cell(row.county.left || words.dash),
        ),
      ),
    );
    means.replaceChildren(
      ...Object.keys(data.indicators).map((name) => {
        const mean = result.means[name];
        const change = mean === null ? words.dash : `${(100 * (mean / full[name] - 1)).toFixed(1)}%`.replace("-", "−");
        return element(
          "tr",
          {},
          element("th", { scope: "row" }, data.indicators[name].label),
          cell(number(name, full[name]), true),
          cell(mean === null ? words.dash : number(name, mean), true),
          cell(change, true),
        );
      }),
    );
    drawStrip(rows, result.means);
    drawMap(rows);
    const hash = "#" + explorer.write(setting);
    address.value = location.href.split("#")[0] + hash;
    // Browsers refuse an address that changes as often as a slider moves: wait until it rests.
    clearTimeout(resting);
    resting = setTimeout(() => history.replaceState(null, "", hash), 250);
    link.textContent = words.link;
    URL.revokeObjectURL(save.href);
    save.href = URL.createObjectURL(new Blob([explorer.csv(data, result, setting)], { type: "text/csv" }));
  }
  window.addEventListener("hashchange", () => {
    if (!explorer.given(location.hash)) return;
    setting = explorer.read(data, location.hash);
    update();
  });
  window.addEventListener("resize", update);
  update();
}
