"""TRL's DPOTrainer, set up as the paper trains, with the held-out pairs measured one by one.

The loss of a micro-batch is the mean over its pairs of -log sigmoid(margin), plus `nll_weight` times the mean over the
tokens of its chosen answers of their negative log-likelihood; with one pair at a time that is the formula of Pang et
al. 2024. A step's loss is the mean over its micro-batches. Log-probabilities of the start are computed once, before
the first step, by the model itself, so that no second model is held.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch
from datasets import Dataset
from peft import LoraConfig, PeftModel
from transformers import PrinterCallback
from trl import DPOConfig, DPOTrainer

from training.libraries import Foreign
from training.preferences import Likelihood, Measured, means
from training.recipe import ALPHA_OF_RANK, CLIP, Precision, Recipe, steps_of

Tick = Callable[[], None]


class PairTrainer(DPOTrainer):  # type: ignore[misc]  # TRL has no types
    """Trains on pairs; its evaluation measures every held-out pair."""

    control: Foreign
    """What transformers' loop does next."""

    def __init__(self, *, groups: Sequence[str], recipe: Recipe, tick: Tick, **of_trl: Foreign) -> None:
        self.groups, self.recipe, self.tick = groups, recipe, tick
        self._latest: tuple[int, list[Measured]] | None = None
        super().__init__(**of_trl)

    def compute_ref_log_probs(self, model: Foreign, inputs: Foreign) -> Foreign:
        """Compute those of one batch, and tell that it is done."""
        found = super().compute_ref_log_probs(model, inputs)
        self.tick()
        return found

    def create_model_card(self, *_: object, **__: object) -> None:
        """Write none: the folder of checkpoints is no model to be shared."""

    def evaluate(self, *_: object, **__: object) -> dict[str, float]:
        """Measure the held-out pairs, and log what they show."""
        pairs = self._measured()
        self._latest = self.state.global_step, pairs
        logged = held_out_logs(pairs, self.recipe)
        self.log(dict(logged))
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, logged)
        return logged

    def measured(self) -> list[Measured]:
        """Log-probabilities of the held-out pairs, as the model is now."""
        if self._latest is None or self._latest[0] != self.state.global_step:
            self.evaluate()
        return self._latest[1] if self._latest else []

    def unmeasured(self) -> list[Measured]:
        """The same of the start, which needs no computing any more."""
        rows = self.eval_dataset.select_columns(["chosen_ids", "ref_chosen_logps", "ref_rejected_logps"])
        starts = [
            (Likelihood(row["ref_chosen_logps"], row["ref_rejected_logps"]), len(row["chosen_ids"])) for row in rows
        ]
        return [Measured(group, tokens, one, one) for group, (one, tokens) in zip(self.groups, starts, strict=True)]

    def _measured(self) -> list[Measured]:
        training = self.model.training
        self.model.eval()
        rows: list[list[float]] = []
        for batch in self.get_eval_dataloader():
            scored = torch.stack(self._scored(batch), dim=1)
            rows += self.accelerator.gather_for_metrics(scored).tolist()
        self.model.train(training)
        return [
            Measured(group, round(tokens), Likelihood(*start), Likelihood(*now))
            for group, (tokens, *logs) in zip(self.groups, rows, strict=True)
            for start, now in [(logs[:2], logs[2:])]
        ]

    def _scored(self, batch: Mapping[str, torch.Tensor]) -> list[torch.Tensor]:
        """Tokens of the chosen answers, then log-probabilities: of the start, chosen and rejected, and as now."""
        inputs = self._prepare_inputs(batch)
        labels = inputs["input_ids"].masked_fill(inputs["completion_mask"] == 0, -100)
        with torch.no_grad(), self.accelerator.autocast():
            output = self.model(
                input_ids=inputs["input_ids"],
                attention_mask=inputs["attention_mask"],
                labels=labels,
                use_cache=False,
                fused_lm_head=True,
            )
        now = output.log_probs.sum(dim=1).double().chunk(2)
        tokens = inputs["completion_mask"][:, 1:].sum(dim=1).double().chunk(2)[0]
        return [tokens, inputs["ref_chosen_logps"].double(), inputs["ref_rejected_logps"].double(), *now]


def held_out_logs(pairs: Sequence[Measured], recipe: Recipe) -> dict[str, float]:
    """What is logged of the held-out pairs."""
    return {f"held_out_{name}": value for name, value in means(pairs, recipe.beta, recipe.nll_weight).items()}


def trainer_of(
    model: Foreign,
    tokenizer: Foreign,
    train: Dataset,
    held_out: Dataset | None,
    recipe: Recipe,
    *,
    groups: Sequence[str],
    place: Path,
    callback: Foreign,
    tick: Tick,
    report_to: str | None = None,
) -> PairTrainer:
    """Set up a training, and compute the start's log-probabilities.

    Args:
        model: The start, in fp32; with LoRA, in the precision of the computation.
        tokenizer: Its own.
        train: Pairs to train on.
        held_out: Pairs to measure on, where there are any.
        recipe: How; its precision is settled.
        groups: The group of each held-out pair.
        place: Where checkpoints go.
        callback: Told how it goes on.
        tick: Called after each batch of log-probabilities of the start.
        report_to: `wandb` or `tensorboard`.
    """
    trainer = PairTrainer(
        groups=groups,
        recipe=recipe,
        tick=tick,
        model=model,
        args=settings(recipe, len(train), place, measure=held_out is not None, report_to=report_to),
        train_dataset=train,
        eval_dataset=held_out,
        processing_class=tokenizer,
        peft_config=adapters(recipe) if recipe.lora else None,
        callbacks=[callback],
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def settings(recipe: Recipe, pairs: int, place: Path, *, measure: bool, report_to: str | None) -> DPOConfig:
    """Say to TRL what a recipe says."""
    steps, graphics = steps_of(pairs, recipe), torch.cuda.is_available()
    return DPOConfig(
        output_dir=str(place),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.micro_batch,
        per_device_eval_batch_size=recipe.micro_batch,
        gradient_accumulation_steps=recipe.batch // (recipe.micro_batch * processes()),
        beta=recipe.beta,
        loss_type=["sigmoid", "sft"],
        loss_weights=[1.0, recipe.nll_weight],
        learning_rate=recipe.rate,
        lr_scheduler_type="linear",
        warmup_steps=0,
        optim="adamw_torch",
        weight_decay=0.0,
        max_grad_norm=CLIP,
        max_length=None,  # what is longer has been left out
        precompute_ref_log_probs=True,
        bf16=recipe.precision == "bf16",
        use_cpu=not graphics,
        gradient_checkpointing=not recipe.keep_activations,
        gradient_checkpointing_kwargs={"use_reentrant": False},
        seed=recipe.seed,
        logging_steps=1,
        logging_nan_inf_filter=False,  # a loss that is no number must be seen
        save_strategy="steps",
        save_steps=recipe.save_steps or math.ceil(steps / 10),
        save_total_limit=1,
        eval_strategy="steps" if measure else "no",
        eval_steps=recipe.eval_steps or math.ceil(steps / 4),
        dataloader_pin_memory=graphics,
        disable_tqdm=True,
        report_to=report_to or "none",
    )


def adapters(recipe: Recipe) -> LoraConfig:
    """LoRA beside every linear layer but the head, without dropout."""
    return LoraConfig(
        r=recipe.lora,
        lora_alpha=ALPHA_OF_RANK * recipe.lora,
        lora_dropout=0.0,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )


def merged(model: Foreign, adapter: Path) -> Foreign:
    """Add trained adapters to the weights that they were trained beside, in fp32."""
    return PeftModel.from_pretrained(model, adapter).merge_and_unload()


def settled(precision: Precision) -> Precision:
    """Choose the precision that `auto` stands for on this machine."""
    if precision != "auto":
        return precision
    return "bf16" if torch.cuda.is_available() and torch.cuda.is_bf16_supported() else "fp32"


def processes() -> int:
    """Processes that train together, as accelerate's launcher started them."""
    from accelerate import PartialState

    return int(PartialState().num_processes)
