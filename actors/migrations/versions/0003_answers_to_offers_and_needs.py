"""Answers to offers and needs."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table('answer',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('offer_id', BIG_ID, nullable=False),
    sa.Column('member_id', BIG_ID, nullable=True),
    sa.Column('actor_id', BIG_ID, nullable=True),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=True),
    sa.Column('private', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('post_id', BIG_ID, nullable=True),
    sa.Column('offered_iri', sa.Text(), nullable=True),
    sa.Column('speaker_id', BIG_ID, nullable=True),
    sa.Column('agreement_iri', sa.Text(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('filled', sa.Boolean(), nullable=False),
    sa.Column('author_tells', sa.Boolean(), nullable=False),
    sa.Column('answerer_tells', sa.Boolean(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_answer_actor_id_actor')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_answer_member_id_member')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_answer_offer_id_offer')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_answer_post_id_post')),
    sa.ForeignKeyConstraint(['speaker_id'], ['actor.id'], name=op.f('fk_answer_speaker_id_actor')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer')),
    sa.UniqueConstraint('offered_iri', name=op.f('uq_answer_offered_iri')),
    sa.UniqueConstraint('post_id', name=op.f('uq_answer_post_id'))
    )
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.create_index('ix_answer_actor_id_created_at', ['actor_id', 'created_at'], unique=False)
        batch_op.create_index('ix_answer_member_id_created_at', ['member_id', 'created_at'], unique=False)
        batch_op.create_index('ix_answer_offer_id', ['offer_id', 'id'], unique=False)

    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('answers_closed', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('remind_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_offer_remind', ['remind_at'], unique=False, sqlite_where=sa.text("local AND deleted_at IS NULL AND status IN ('open', 'talks') AND remind_at IS NOT NULL"), postgresql_where=sa.text("local AND deleted_at IS NULL AND status IN ('open', 'talks') AND remind_at IS NOT NULL"))
