"use strict";
(() => {
  const held = JSON.parse(document.getElementById("alongside-ways").textContent);
  const panel = make("div", "", "way");
  const places = new Map();
  const stops = new Map();
  let from = null;
  let named = 0;

  function make(tag, text, name) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (name) made.className = name;
    return made;
  }

  function keysOf(element) {
    const keys = JSON.parse(element.dataset.key);
    return Array.isArray(keys[0]) ? keys : [keys];
  }

  // Own names alone: a label may be called like something that every object has.
  function find(tree, words) {
    for (const word of words) {
      if (!tree || !Object.hasOwn(tree, word)) return undefined;
      tree = tree[word];
    }
    return tree;
  }

  // What is pressed: a number in prose itself, in a cell its words without the marks of footnotes.
  function buttonIn(element) {
    if (element.tagName !== "TD") return element;
    const first = element.firstChild;
    if (!first || !element.textContent.trim()) return null;
    if (first.nodeType === 1 && (first.classList.contains("why") || first.getAttribute("role") === "button")) return first;
    const made = make("span");
    element.insertBefore(made, first);
    made.append(first);
    return made;
  }

  function ready(element) {
    const button = buttonIn(element);
    if (!button) return;
    button.setAttribute("role", "button");
    button.setAttribute("aria-haspopup", "dialog");
    const table = element.closest("table");
    button.tabIndex = table && stops.has(table) ? -1 : 0;
    if (table && !stops.has(table)) stops.set(table, button);
  }

  function plain(element) {
    const copy = element.cloneNode(true);
    for (const mark of copy.querySelectorAll("sup")) mark.remove();
    return copy.textContent.trim().replace(/\s+/g, " ");
  }

  function placeOf(element) {
    const table = element.closest("table");
    const heading = element.closest("section")?.querySelector("h2");
    if (!table) return `${heading ? plain(heading) : "Text"}: “${plain(element.closest("p, li") || element).slice(0, 70)}…”`;
    const figure = element.closest("figure");
    const caption = figure ? figure.querySelector("figcaption strong") : table.caption;
    const label = plain(caption || table).match(/^[^.]*/)[0].slice(0, 60);
    if (element.tagName !== "TD") return `${label}: ${plain(element.closest("th"))}`;
    const heads = (element.getAttribute("headers") || "").split(" ").map(id => document.getElementById(id));
    return `${label}: ${heads.filter(Boolean).map(plain).join(", ")}`;
  }

  function elsewhere(element) {
    if (!places.size) {
      for (const each of document.querySelectorAll("[data-key]")) {
        for (const key of keysOf(each)) {
          const words = JSON.stringify(key);
          if (!places.has(words)) places.set(words, []);
          places.get(words).push(each);
        }
      }
    }
    const found = new Set(keysOf(element).flatMap(key => places.get(JSON.stringify(key)) || []));
    found.delete(element);
    return [...found];
  }

  function term(list, word, ...content) {
    list.append(make("dt", word));
    const told = make("dd");
    told.append(...content);
    list.append(told);
  }

  function row(keys) {
    const list = make("dl");
    const names = ["Kind", "Name", "Term", "Level", "Group"];
    names.forEach((name, at) => { if (keys[0][at]) term(list, name, make("code", keys[0][at])); });
    for (const key of keys) {
      const number = find(held.numbers, key);
      const told = number === null ? "withheld" : number ? `${number[1]} (value ${number[0] || "none"})` : "not in results.csv";
      term(list, "Statistic", make("code", key[5]), `: ${told}`);
    }
    return list;
  }

  function back(key) {
    const list = make("dl");
    const way = find(held.ways, key.slice(0, 3));
    if (!way) return list;
    const [words, anchor] = held.cells[way[0]] || ["", ""];
    if (words) {
      const link = make(anchor ? "a" : "span", words);
      if (anchor) link.href = `#${anchor}`;
      term(list, "Notebook", link);
    }
    const inputs = held.inputs[way[1]];
    for (const each of inputs.tables) {
      const files = each.files.map(([name, hash]) => `${name}${hash ? ` (sha256 ${hash}…)` : ""}`).join(", ");
      term(list, `Table ${each.table}`, files || "no raw file", make("br"), `Columns: ${each.columns}`);
    }
    if (inputs.function) term(list, "Function", make("code", inputs.function));
    if (inputs.files.length) term(list, "Declared in", inputs.files.join(", "));
    return list;
  }

  function links(element) {
    const list = make("ul");
    for (const each of elsewhere(element)) {
      const link = make("a", placeOf(each));
      if (!each.id) each.id = `alongside-number-${named += 1}`;
      link.href = `#${each.id}`;
      const item = make("li");
      item.append(link);
      list.append(item);
    }
    return list;
  }

  function open(element) {
    const keys = keysOf(element);
    from = element.tagName === "TD" ? element.querySelector("[role=button]") : element;
    const title = make("p", `Where ${plain(element) || "this number"} comes from`, "label");
    title.id = "alongside-way-title";
    const close = make("button", "Close", "close");
    close.type = "button";
    close.addEventListener("click", shut);
    panel.replaceChildren(close, title);
    const why = element.querySelector(".why")?.title;
    if (why) panel.append(make("p", why));
    panel.append(make("p", "Row of results.csv", "label"), row(keys), make("p", "Made from", "label"), back(keys[0]));
    const others = links(element);
    if (others.children.length) panel.append(make("p", "Also stands in", "label"), others);
    panel.setAttribute("aria-labelledby", title.id);
    panel.hidden = false;
    panel.scrollTop = 0;
    const box = element.getBoundingClientRect();
    panel.classList.toggle("up", (box.top + box.bottom) / 2 > innerHeight / 2);
    panel.focus({ preventScroll: true });
  }

  function shut() {
    if (panel.hidden) return;
    panel.hidden = true;
    if (from) from.focus({ preventScroll: true });
  }

  // A link into something closed opens it; one of the panel takes the focus to where it leads.
  function follow(event, link) {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    for (let at = target.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    if (!panel.contains(link)) return;
    event.preventDefault();
    const button = target.matches("[role=button]") ? target : target.querySelector("[role=button]") || target;
    target.scrollIntoView({ block: "center" });
    button.focus({ preventScroll: true });
    const box = target.getBoundingClientRect();
    panel.classList.toggle("up", (box.top + box.bottom) / 2 > innerHeight / 2);
  }

  function beside(button, key) {
    const cell = button.closest("td, th");
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const all = [...button.closest("table").querySelectorAll("[role=button]")];
      return all[all.indexOf(button) + (key === "ArrowLeft" ? -1 : 1)];
    }
    const rows = [...button.closest("table").rows];
    const step = key === "ArrowUp" ? -1 : 1;
    for (let at = cell.parentElement.rowIndex + step; rows[at]; at += step) {
      const found = rows[at].cells[cell.cellIndex]?.querySelector("[role=button]");
      if (found) return found;
    }
    return null;
  }

  panel.id = "alongside-way";
  panel.hidden = true;
  panel.tabIndex = -1;
  panel.setAttribute("role", "dialog");
  document.body.append(panel);
  document.body.classList.add("with-ways");
  document.querySelectorAll("[data-key]").forEach(ready);

  document.addEventListener("click", event => {
    const link = event.target.closest("a[href^='#']");
    if (link) return follow(event, link);
    const number = event.target.closest("[data-key]");
    if (number && getSelection().isCollapsed) open(number);
  });
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") return shut();
    const button = event.target.closest("[data-key] [role=button], [data-key][role=button]");
    if (!button) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      open(button.closest("[data-key]"));
    } else if (event.key.startsWith("Arrow") && button.closest("table")) {
      const next = beside(button, event.key);
      if (next) { event.preventDefault(); next.focus(); }
    }
  });
  document.addEventListener("focusin", event => {
    const table = event.target.closest("[role=button]")?.closest("table");
    if (!table || !stops.has(table)) return;
    stops.get(table).tabIndex = -1;
    event.target.tabIndex = 0;
    stops.set(table, event.target);
  });
})();
