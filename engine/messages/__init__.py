"""Templates into communications: what a customer, a colleague or a task title gets to read.

``figures`` shows values in the reader's language, ``sandbox`` bounds what a template may do, ``variables`` says what
it may read, ``templates`` checks, compiles and renders. Templates and the data they show are both untrusted.
"""
