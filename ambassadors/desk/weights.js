// The sliders of a weighing. What comes from data is only ever set as text.
//
// `setup` says what can be weighed. A view sets `asked` (id, weights, surely) and the kernel sets `answer` with the same
// id; an answer without an id was made in Python. At most one question of a view is under way: what is moved meanwhile
// is asked after its answer, so the last move wins.

const QUIET = 120; // ms after the last move before the kernel is asked
const CALM = 600; // ms after an answer before the bounds of the ranks are asked for, too: they take longer
const LATE = 1500; // ms after which the view says that it waits

let views = 0;

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function put(node, ...children) {
  node.replaceChildren(...children);
  return node;
}

const shown = (number) => number.toLocaleString("en", { maximumFractionDigits: 1 });

/** One measure: its name, its meaning, a slider, a number, and what it is worth of 100 points. */
function control(measure, setup, view, moved) {
  const row = make("div", "amb-weigh-measure");
  row.dataset.measure = measure.name;
  const name = make("label", "amb-weigh-name", measure.words);
  const meaning = make("div", "amb-weigh-meaning", measure.meaning);
  const range = make("input", "amb-weigh-range");
  const number = make("input", "amb-weigh-number");
  const points = make("span", "amb-weigh-points");
  Object.assign(range, { type: "range", min: 0, max: setup.top, step: setup.step, id: `${view}-${measure.name}` });
  Object.assign(number, { type: "number", min: 0, max: 1e6, step: "any" });
  name.htmlFor = range.id;
  meaning.id = `${range.id}-meaning`;
  range.setAttribute("aria-describedby", meaning.id);
  range.dataset.lmSuppressShortcuts = "true"; // else JupyterLab takes the arrow keys
  number.setAttribute("aria-label", `${measure.words}: weight`);
  range.addEventListener("input", () => moved(measure.name, range.valueAsNumber));
  number.addEventListener("input", () => {
    if (number.value !== "" && number.checkValidity()) moved(measure.name, number.valueAsNumber);
  });
  row.append(name, points, range, number, meaning);

  function show(weight, worth) {
    if (range.valueAsNumber !== weight) range.value = weight;
    if (number.valueAsNumber !== weight) number.value = weight;
    points.textContent = `${shown(worth)} of 100`;
    range.setAttribute("aria-valuetext", `${weight}, ${shown(worth)} of 100 points`);
    row.classList.toggle("amb-weigh-changed", weight !== measure.recipe);
  }
  return { row, show };
}

/** The first people of the list, and who moved in and out. */
function people(table, answer) {
  const body = answer.rows.map((row) => {
    const line = make("tr", row.new ? "amb-weigh-new" : "");
    const who = make("th");
    who.scope = "row";
    who.append(make("bdi", "", row.person), make("br"), make("bdi", "amb-weigh-under", row.under));
    const change = row.before - row.rank;
    const before = row.new ? `${shown(row.before)} · new` : shown(row.before);
    const arrow = change > 0 ? "▲" : change < 0 ? "▼" : "";
    const place = make("td", "amb-weigh-right", before);
    place.append(make("span", `amb-weigh-arrow ${change > 0 ? "amb-weigh-up" : "amb-weigh-down"}`, arrow));
    line.append(make("td", "amb-weigh-right", shown(row.rank)), place, who);
    line.append(make("td", "amb-weigh-right", row.score), make("td", "amb-weigh-right", `${row.stays} %`));
    return line;
  });
  put(table.tBodies[0], ...body);
}

function moves(word, names) {
  const part = make("p", "amb-weigh-moves");
  if (!names.length) return part;
  part.append(make("strong", "", `${word}: `));
  names.forEach((name, place) => part.append(place ? ", " : "", make("bdi", "", name)));
  return part;
}

function emptyTable(setup) {
  const table = make("table", "amb-weigh-table");
  const head = make("tr");
  for (const name of ["rank", "before", "person", "score", "stays"]) {
    const cell = make("th", name === "person" ? "" : "amb-weigh-right", name);
    cell.scope = "col";
    if (name === "before") cell.title = "the rank with the recipe's weights";
    if (name === "stays") cell.title = "in how many of the draws of the weights they stay on the list";
    head.append(cell);
  }
  const caption = setup.k > 20 ? `The first 20 of the list of ${setup.k}` : "The list";
  table.append(make("caption", "", caption), put(make("thead"), head), make("tbody"));
  return table;
}

function render({ model, el }) {
  const setup = model.get("setup");
  const view = `amb-weigh-${(views += 1)}-${Math.random().toString(36).slice(2)}`;
  const weights = { ...model.get("answer").weights };
  let asked = 0;
  let waiting = ""; // the id of the question that is under way
  let dirty = false; // whether something was moved since it was asked
  let answered = 0;
  let timer, late, cell;

  const root = make("div", "amb-weigh");
  const controls = {};
  const left = make("div", "amb-weigh-controls");
  const back = make("button", "amb-weigh-back", "Back to the recipe's weights");
  const total = make("p", "amb-weigh-total");
  const others = make("details", "amb-weigh-others");
  back.type = "button";
  for (const measure of setup.measures) {
    const one = (controls[measure.name] = control(measure, setup, view, moved));
    (measure.recipe > 0 ? left : others).append(one.row);
  }
  if (others.childNodes.length) {
    others.prepend(make("summary", "", `Without weight in the recipe (${others.childNodes.length})`));
    left.append(others);
  }
  if (setup.lacking.length) {
    const lacking = make("details", "amb-weigh-lacking");
    const list = make("ul");
    setup.lacking.forEach((why) => list.append(make("li", "", why)));
    lacking.append(make("summary", "", `Not in this data (${setup.lacking.length})`), list);
    left.append(lacking);
  }
  left.tabIndex = 0;
  left.setAttribute("role", "group");
  left.setAttribute("aria-label", "Weights of the measures");

  const right = make("div", "amb-weigh-results");
  const says = make("div", "amb-weigh-says");
  const summary = make("p", "amb-weigh-summary");
  const stable = make("ul", "amb-weigh-stable");
  const entered = make("div", "amb-weigh-entered");
  const gone = make("div", "amb-weigh-left");
  const table = emptyTable(setup);
  const problem = make("p", "amb-weigh-problem");
  summary.setAttribute("aria-live", "polite");
  problem.setAttribute("role", "alert");
  says.append(summary, problem, stable, entered, gone);
  const toml = make("details", "amb-weigh-recipe");
  const text = make("pre", "amb-weigh-toml");
  const copy = make("button", "amb-weigh-copy", "Copy");
  copy.type = "button";
  text.tabIndex = 0;
  toml.append(make("summary", "", "These weights for the recipe"), text, copy);
  right.append(says, table, toml);
  const columns = make("div", "amb-weigh-columns");
  columns.append(put(make("div", "amb-weigh-side"), put(make("div", "amb-weigh-bar"), back, total), left), right);
  root.append(make("div", "amb-weigh-title", setup.title), columns);
  root.dataset.answered = 0;
  root.dataset.surely = "true";
  el.append(root);

  /** What the cell shows where no kernel is, and is saved with the notebook, steps back while there is one. */
  function live(frames = 60) {
    cell = root.closest(".jp-OutputArea, .output");
    if (cell) cell.classList.add("amb-weigh-live");
    else if (frames) requestAnimationFrame(() => live(frames - 1)); // drawn before it is put into the page
  }

  function sliders() {
    const sum = Object.values(weights).reduce((one, other) => one + other, 0);
    for (const name in controls) controls[name].show(weights[name], sum ? (100 * weights[name]) / sum : 0);
    total.textContent = `Weights add up to ${shown(sum)}${sum ? "; they count as if it were 100." : "."}`;
    back.disabled = setup.measures.every((measure) => weights[measure.name] === measure.recipe);
  }

  function moved(name, weight) {
    weights[name] = weight;
    changed();
  }

  function changed() {
    dirty = true;
    sliders();
    clearTimeout(timer);
    timer = setTimeout(ask, QUIET);
  }

  function ask(surely = false) {
    if (waiting) return; // asked again when the answer is there
    dirty = false;
    waiting = `${view}-${(asked += 1)}`;
    late = setTimeout(() => root.classList.add("amb-weigh-waits"), LATE);
    model.set("asked", { id: waiting, weights: { ...weights }, surely });
    model.save_changes();
  }

  function heard() {
    const answer = model.get("answer");
    const ours = answer.id === waiting && waiting !== "";
    if (ours) {
      waiting = "";
      clearTimeout(late);
      root.classList.remove("amb-weigh-waits");
    }
    if (answer.problem === undefined) show(answer);
    else if (ours) {
      problem.textContent = answer.problem;
      stable.replaceChildren();
    }
    if (ours) root.dataset.answered = answered += 1;
    if (waiting) return;
    if (dirty && ours) return void changed();
    clearTimeout(timer);
    if (answer.problem === undefined && answer.says.length < 3) timer = setTimeout(() => ask(true), CALM);
  }

  function show(answer) {
    problem.textContent = "";
    if (!dirty) {
      Object.assign(weights, answer.weights);
      sliders();
    }
    if (summary.textContent !== answer.says[0]) summary.textContent = answer.says[0];
    const told = answer.says.slice(1).map((sentence) => make("li", "", sentence));
    const sure = answer.says.length > 2;
    if (!sure) told.push(make("li", "amb-weigh-under", "By the bounds of their ranks: counted in a moment …"));
    put(stable, ...told);
    root.dataset.surely = sure;
    put(entered, moves("In", answer.entered));
    put(gone, moves("Out", answer.left));
    people(table, answer);
    text.textContent = answer.recipe;
    copy.textContent = "Copy";
  }

  back.addEventListener("click", () => {
    for (const measure of setup.measures) weights[measure.name] = measure.recipe;
    changed();
  });
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      copy.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(text); // no clipboard here: it is selected, and can be copied by hand
      copy.textContent = "Selected";
    }
  });
  sliders();
  show(model.get("answer"));
  model.on("change:answer", heard);
  live();
  return () => {
    if (cell) cell.classList.remove("amb-weigh-live");
    clearTimeout(timer);
    clearTimeout(late);
    model.off("change:answer", heard);
  };
}

export default { render };
