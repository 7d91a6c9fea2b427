// Light or dark, at once, before anything is drawn. The page works without this script, but for its comforts.
const page = document.documentElement;
page.dataset.script = "";
const say = (text, values = {}) => (window.words?.[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => values[name]);
const remembered = () => {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null; // a reader who lets no page remember anything
  }
};
if (remembered()) page.dataset.theme = remembered();

// Tables that sort by a click on a heading and filter by a word; links to code that unfold it.
document.addEventListener("DOMContentLoaded", () => {
  const doings = {
    print: () => print(),
    code: (button) => {
      const on = page.toggleAttribute("data-code");
      button.setAttribute("aria-pressed", on);
      for (const fold of document.querySelectorAll("details.code")) fold.open = on;
      reachable();
    },
    theme: () => {
      const dark = page.dataset.theme ? page.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      page.dataset.theme = dark ? "light" : "dark";
      try {
        localStorage.setItem("theme", page.dataset.theme);
      } catch {
        // this page changes, the next one will not know
      }
    },
  };
  for (const button of document.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => doings[button.dataset.do](button));
  }
  addEventListener("keydown", (event) => {
    if (event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
    const field = document.querySelector("main input[name=q]") ?? document.querySelector(".top input[name=q]");
    event.preventDefault();
    if (field.offsetParent) field.focus();
    else location.assign(field.form.action);
  });

  // The other edition opens where a reader is: at the same part of the page, with what was asked for.
  for (const link of document.querySelectorAll("a.language")) {
    const there = link.getAttribute("href");
    link.addEventListener("click", () => {
      const passed = [...document.querySelectorAll("article :is(section, figure, details)[id]")].filter(
        (part) => part.offsetParent && part.getBoundingClientRect().top < 0.3 * innerHeight,
      );
      const asked = location.hash.includes("=") ? location.hash : "";
      link.href = there + location.search + (asked || (scrollY > 100 && passed.length ? `#${passed.at(-1).id}` : ""));
    });
  }

  for (const code of document.querySelectorAll("details.code .cell_input")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = say("Copy");
    button.addEventListener("click", () =>
      navigator.clipboard.writeText(code.querySelector("pre").textContent).then(() => (button.textContent = say("Copied"))),
    );
    code.append(button);
  }

  // A card for each claim and verdict: by hover, by focus, by the first touch; Escape closes it.
  const card = document.createElement("div");
  card.className = "card";
  card.id = "card";
  card.setAttribute("role", "tooltip");
  card.hidden = true;
  document.body.append(card);
  const lines = (...texts) =>
    card.replaceChildren(
      ...texts.filter(([text]) => text).map(([text, kind, detail]) => {
        const line = document.createElement("p");
        const words = document.createElement(kind === "verdict" ? "span" : kind ?? "span");
        if (kind === "verdict") words.className = `verdict verdict-${detail.replaceAll(" ", "-")}`;
        else if (detail) words.lang = detail;
        words.textContent = text;
        line.append(words);
        return line;
      }),
    );
  let shown, waiting;
  const hide = () => {
    clearTimeout(waiting);
    card.hidden = true;
    shown?.removeAttribute("aria-describedby");
    shown = undefined;
  };
  const show = (about, touched) => {
    clearTimeout(waiting);
    const claim = about.hash && window.claimCards?.[decodeURIComponent(about.hash.slice(1))];
    if (claim) {
      lines(
        [claim.printed, "strong", "zh-CN"],
        [claim.words],
        [claim.stands],
        [`${claim.sign}\u00a0${claim.grade}`, "verdict", claim.kind ?? claim.grade],
        [claim.reason],
        [touched && say("Touch again for all about this claim.")],
      );
    } else lines([about.dataset.words]);
    card.hidden = false;
    const place = about.getBoundingClientRect();
    const left = Math.min(place.left, page.clientWidth - card.offsetWidth - 8);
    const below = place.bottom + card.offsetHeight + 8 < innerHeight || place.top < card.offsetHeight + 8;
    card.style.left = `${Math.max(left, 8) + scrollX}px`;
    card.style.top = `${(below ? place.bottom + 4 : place.top - card.offsetHeight - 4) + scrollY}px`;
    shown?.removeAttribute("aria-describedby");
    about.setAttribute("aria-describedby", "card");
    shown = about;
  };
  let asked;
  const cards = () =>
    (asked ??= new Promise((ready) => {
      const script = document.createElement("script");
      script.src = `${page.dataset.content_root}_static/cards.js`;
      script.addEventListener("load", ready);
      script.addEventListener("error", ready); // the words in the title are left
      document.head.append(script);
    }));
  for (const about of document.querySelectorAll("a.claim, .verdict[title]")) {
    about.dataset.words = about.title;
    about.removeAttribute("title");
    if (about.tagName === "SPAN") {
      about.tabIndex = 0;
      about.setAttribute("role", "button");
    }
    const open = (touched) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => (about.hash ? cards() : Promise.resolve()).then(() => show(about, touched)), touched ? 0 : 120);
    };
    about.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && open(false));
    about.addEventListener("pointerleave", (event) => {
      if (event.pointerType !== "mouse") return;
      clearTimeout(waiting);
      waiting = setTimeout(hide, 250);
    });
    about.addEventListener("focus", () => about.matches(":focus-visible") && open(false));
    about.addEventListener("blur", () => (waiting = setTimeout(hide, 100)));
    about.addEventListener("click", (event) => {
      if (about.hash && (event.pointerType !== "touch" || shown === about)) return;
      event.preventDefault();
      open(event.pointerType === "touch");
    });
  }
  card.addEventListener("pointerenter", () => clearTimeout(waiting));
  card.addEventListener("pointerleave", hide);
  addEventListener("keydown", (event) => event.key === "Escape" && hide());
  addEventListener("pointerdown", (event) => {
    if (shown && !shown.contains(event.target) && !card.contains(event.target)) hide();
  });

  // What scrolls can be reached with the keyboard, and says what it is.
  const reachable = () => {
    for (const box of document.querySelectorAll(".pst-scrollable-table-container, .explorer-table, pre, div.math")) {
      const table = box.querySelector(":scope > table");
      if (table) {
        box.classList.remove("fits");
        box.classList.toggle("fits", box.scrollWidth <= box.clientWidth);
        box.classList.toggle("tall", table.rows.length > 15);
      }
      if (box.scrollWidth <= box.clientWidth) continue;
      box.tabIndex = 0;
      const caption = box.querySelector("caption");
      if (!caption || box.tagName === "PRE") continue;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", (caption.querySelector(".caption-number") ?? caption).textContent.trim());
    }
  };
  addEventListener("resize", reachable);

  // On a phone the minor columns of a table are away until a reader asks for them.
  for (const table of document.querySelectorAll("table.exhibit:has(.minor)")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "more columns";
    button.textContent = say("Show all columns");
    button.addEventListener("click", () => {
      button.textContent = table.classList.toggle("all-columns") ? say("Show fewer columns") : say("Show all columns");
      reachable();
    });
    (table.closest(".pst-scrollable-table-container") ?? table).after(button);
  }

  // What the row above says already recedes: only while it does.
  const recede = (table) => {
    let above;
    for (const row of table.tBodies[0].rows) {
      if (row.hidden) continue;
      row.cells[0].classList.toggle("again", row.cells[0].textContent === above);
      above = row.cells[0].textContent;
    }
  };

  const sort = (table, column, head) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    const order = down ? -1 : 1;
    const body = table.tBodies[0];
    const text = (row) => row.cells[column].textContent.trim();
    const grave = (cell) => cell.querySelector(".verdict") && getComputedStyle(cell.querySelector(".verdict")).getPropertyValue("--gravity");
    const keys = new Map([...body.rows].map((row) => [row, row.cells[column].dataset.sort ?? grave(row.cells[column]) ?? undefined]));
    const key = (row) => keys.get(row);
    const compare = (a, b) => {
      if (key(a) === "" || key(b) === "") return (key(a) === "") - (key(b) === "");
      if (key(a) !== undefined && key(b) !== undefined) return order * (key(a) - key(b));
      return order * text(a).localeCompare(text(b), page.lang || "en", { numeric: true });
    };
    body.append(...[...body.rows].sort(compare));
    recede(table);
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
  };

  const search = (table) => {
    const rows = [...table.tBodies[0].rows];
    const box = document.createElement("div");
    box.className = "exhibit-search";
    box.innerHTML = '<input type="search"><output></output>';
    const [input, output] = box.children;
    input.placeholder = say("Search this table");
    input.setAttribute("aria-label", input.placeholder);
    input.addEventListener("input", () => {
      const word = input.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(word);
      recede(table);
      const left = rows.filter((row) => !row.hidden).length;
      output.textContent = word && say("{shown} of {all} rows", { shown: left, all: rows.length });
    });
    (table.closest(".pst-scrollable-table-container") ?? table).before(box);
  };

  for (const table of document.querySelectorAll("table.exhibit:not(.profile)")) {
    if (!table.tHead || !table.tBodies[0]) continue;
    recede(table);
    if (table.tBodies[0].rows.length >= 10) [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(table, column, head));
      head.append(button);
    });
    if (table.classList.contains("searchable")) search(table);
  }
  reachable(); // heads with arrows are wider

  // All claims: what a reader asks for stays, and stands in the address, so that it can be sent on.
  const form = document.querySelector("form.claim-filter");
  const claims = [...document.querySelectorAll(".claim-entry")].map((row) => [row, row.textContent.toLowerCase()]);
  const narrow = () => {
    const asked = new FormData(form);
    const words = asked.get("q").toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (row, key) => !asked.getAll(key).some(Boolean) || asked.getAll(key).includes(row.dataset[key]);
    let left = 0;
    for (const [row, text] of claims) {
      row.hidden = !(["verdict", "place", "kind"].every((key) => fits(row, key)) && words.every((word) => text.includes(word)));
      left += !row.hidden;
    }
    for (const part of document.querySelectorAll("section:has(> .claim-entry)")) {
      part.hidden = !part.querySelector(".claim-entry:not([hidden])");
    }
    form.querySelector("output").textContent = left < claims.length ? say("{shown} of {all} claims", { shown: left, all: claims.length }) : say("{all} claims", { all: left });
    for (const key of [...asked.keys()]) if (!asked.getAll(key).some(Boolean)) asked.delete(key);
    return new URLSearchParams(asked).toString();
  };
  if (form) {
    const given = new URLSearchParams(location.search);
    for (const field of form.elements) {
      if (field.type === "checkbox") field.checked = given.getAll(field.name).includes(field.value);
      else if (field.name && given.has(field.name)) field.value = given.get(field.name);
    }
    if (form.elements.place.selectedIndex < 0) form.elements.place.value = "";
    if (form.elements.kind.selectedIndex < 0) form.elements.kind.value = "";
    narrow();
    const answer = () => {
      const query = narrow();
      history.replaceState(null, "", location.pathname + (query && `?${query}`));
    };
    form.addEventListener("input", answer);
    form.addEventListener("reset", () => setTimeout(answer));
    form.addEventListener("submit", (event) => event.preventDefault());
  }
  const opened = () => {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!row?.matches(".claim-entry")) return;
    row.open = true;
    if (row.hidden) form.reset();
    row.scrollIntoView();
  };
  addEventListener("hashchange", opened);
  opened();

  const moved = () => { // an exhibit that stood here: its old address leads to where it stands now
    const old = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (old?.closest(".moved-exhibits")) location.replace(old.querySelector("a").href);
  };
  addEventListener("hashchange", moved);
  moved();

  const unfold = () => {
    const cell = location.hash.startsWith("#code-") && document.getElementById(location.hash.slice(1));
    if (!cell) return;
    for (const fold of cell.querySelectorAll("details.code")) {
      fold.classList.add("asked");
      fold.open = true;
    }
    reachable();
    cell.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();
});
