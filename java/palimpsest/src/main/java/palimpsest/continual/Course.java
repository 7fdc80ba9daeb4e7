package palimpsest.continual;

/** Where a method's training begins, and what it is trained on. */
public enum Course {
  /** The later tasks, one after another, from the model that has learned task 0 as all do. */
  LATER_TASKS,
  /** All tasks, one after another, from the pretrained model: task 0 is learned its own way too. */
  ALL_TASKS,
  /** The training questions of all tasks at once, from the pretrained model. */
  JOINT,
  /** Each later task alone, every time from the pretrained model. */
  SINGLE;

  /** Whether the model that has learned task 0 as all do is where it begins. */
  public boolean followsTask0() {
    return this == LATER_TASKS;
  }

  /** Whether tasks are learned one after another, so that something can be forgotten. */
  public boolean isSequence() {
    return this == LATER_TASKS || this == ALL_TASKS;
  }
}
